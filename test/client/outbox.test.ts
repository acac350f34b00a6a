import { beforeEach, expect, test } from 'vitest';
import { Outbox } from '../../src/client/outbox.ts';
import { ManualRuntime } from './manual-runtime.ts';

let runtime: ManualRuntime;
let outbox: Outbox;
let sent: string[];

beforeEach(() => {
  runtime = new ManualRuntime();
  outbox = new Outbox(runtime);
  sent = [];
});

const wait = (text: string) =>
  outbox.wait(() => {
    sent.push(text);
    return Promise.resolve({ ref: text });
  });

test('Outbox.drain() sends what waited, in order, once', async () => {
  const waiting = ['a', 'b', 'c'].map(wait);
  expect(sent).toEqual([]);
  outbox.drain();
  outbox.drain();
  expect(sent).toEqual(['a', 'b', 'c']);
  expect(await Promise.all(waiting)).toEqual([{ ref: 'a' }, { ref: 'b' }, { ref: 'c' }]);
  expect(runtime.pendingTimers).toBe(0);
});

test('Outbox.wait() rejects with timeout what waited for 30 s, and does not send it', async () => {
  const early = wait('early');
  runtime.advance(20_000);
  const late = wait('late');
  runtime.advance(10_000);
  await expect(early).rejects.toMatchObject({ code: 'timeout', temporary: true });
  outbox.drain();
  expect(await late).toEqual({ ref: 'late' });
  expect(sent).toEqual(['late']);
});

test('Outbox.wait() refuses the 33rd, until there is room', async () => {
  const waiting = Array.from({ length: 32 }, (_, index) => wait(String(index)));
  expect(outbox.refusal).toMatchObject({ code: 'too_many_commands', temporary: true });
  await expect(wait('one more')).rejects.toMatchObject({ code: 'too_many_commands' });
  outbox.drain();
  await Promise.all(waiting);
  expect(outbox.refusal).toBeUndefined();
  expect(sent).toHaveLength(32);
});

test('Outbox.rejectAll() leaves nothing waiting', async () => {
  const waiting = wait('a');
  outbox.rejectAll({ code: 'closed', message: 'left', temporary: false });
  await expect(waiting).rejects.toMatchObject({ code: 'closed', message: 'left' });
  outbox.drain();
  expect(sent).toEqual([]);
  expect(runtime.pendingTimers).toBe(0);
});
