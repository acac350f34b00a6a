import { beforeEach, describe, expect, test } from 'vitest';
import { ClientError } from '../../src/client/client-error.ts';
import { CommandTable } from '../../src/client/command-table.ts';
import { ManualRuntime } from './manual-runtime.ts';

let runtime: ManualRuntime;
let table: CommandTable;
let sent: number[];

beforeEach(() => {
  runtime = new ManualRuntime();
  table = new CommandTable(runtime);
  sent = [];
});

const issue = () => table.issue((id) => sent.push(id));

describe('CommandTable.issue()', () => {
  test('resolves with the ack of its id', async () => {
    const first = issue();
    const second = issue();
    table.acknowledge({ id: sent[1] ?? 0, ref: 'c2' });
    table.acknowledge({ id: sent[0] ?? 0, ref: 'c1' });
    await expect(first).resolves.toEqual({ id: sent[0], ref: 'c1' });
    await expect(second).resolves.toEqual({ id: sent[1], ref: 'c2' });
    expect(runtime.pendingTimers).toBe(0);
  });

  test('rejects with the catalogue entry of its refusal', async () => {
    const command = issue();
    table.refuse({ id: sent[0] ?? 0, code: 'broker_unavailable', message: 'away', temporary: true, retryAfterMs: 500 });
    const error = await command.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ClientError);
    expect(error).toMatchObject({ name: 'ClientError', code: 'broker_unavailable', message: 'away', temporary: true, retryAfterMs: 500 });
  });

  test('rejects with timeout when no answer came within 10 s', async () => {
    const command = issue();
    runtime.advance(10_000);
    await expect(command).rejects.toMatchObject({ code: 'timeout', temporary: true });
  });

  test('rejects the 65th command that would wait, without sending it', async () => {
    const waiting = Array.from({ length: 64 }, issue);
    await expect(issue()).rejects.toMatchObject({ code: 'too_many_commands', temporary: true });
    expect(sent).toHaveLength(64);
    table.acknowledge({ id: sent[0] ?? 0 });
    await waiting[0];
    const next = issue();
    expect(sent).toHaveLength(65);
    table.rejectAll({ code: 'closed', message: '', temporary: false });
    await Promise.allSettled([...waiting, next]);
  });

  test('never uses an id twice', () => {
    table.nextId();
    for (const command of [issue(), issue()]) command.catch(() => undefined);
    table.rejectAll({ code: 'offline', message: '', temporary: true });
    issue().catch(() => undefined);
    expect(new Set([table.nextId(), ...sent]).size).toBe(4);
  });
});

test('CommandTable.rejectAll() leaves nothing waiting', async () => {
  const commands = [issue(), issue()];
  table.rejectAll({ code: 'offline', message: 'lost', temporary: true });
  for (const command of commands) await expect(command).rejects.toMatchObject({ code: 'offline', message: 'lost', temporary: true });
  expect(runtime.pendingTimers).toBe(0);
});

test('CommandTable.acknowledge() ignores ids that nobody waits for', async () => {
  const command = issue();
  runtime.advance(10_000);
  await expect(command).rejects.toMatchObject({ code: 'timeout' });
  table.acknowledge({ id: sent[0] ?? 0, ref: 'c1' });
  table.acknowledge({ id: 999 });
});
