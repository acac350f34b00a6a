import { expect, test } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { BrokerTrouble } from '../../src/broker/trouble.ts';
import { Moderation } from '../../src/moderation/moderation.ts';
import type { HeldComment, ModerationAction } from '../../src/moderation/moderation-action.ts';
import { MODERATION_LOG_SIZE } from '../../src/moderation/room-moderation.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import { HeldBroker } from '../support/held-broker.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { MortalBroker } from '../support/mortal-broker.ts';
import { settled } from '../support/process.ts';

const NEVER = new Promise<never>(() => undefined);
const SWEEP_MS = 60_000;
const HANDED_OUT_MS = 5000;
const UNANSWERED_MS = 1000;

const ban = (user: string): ModerationAction => ({ kind: 'ban', user, by: 'mod' });
const hold = (id: string): ModerationAction => ({
  kind: 'hold',
  id,
  comment: { user: { id: 'u1', name: 'Ann' }, text: id, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 },
  by: 'filter',
});

async function start() {
  const clock = new ManualClock();
  let names = 0;
  const newName = () => `n${++names}`;
  const rest = { roomIdleMs: 1_000_000, maxRooms: 10, idempotencyTtlMs: 10_000, comboMs: 0, clock, metrics, newEpoch: newName };
  const mortal = new MortalBroker(() => new MemoryBroker({ ...rest, historySize: MODERATION_LOG_SIZE }));
  const broker = new HeldBroker(mortal);
  const heldOpen = new Set(['r']);
  const incomplete: string[] = [];
  const moderation = new Moderation({
    broker,
    trouble: new BrokerTrouble({ clock, metrics, log: () => undefined }),
    clock,
    metrics,
    newMark: newName,
    isHeldOpen: (room) => heldOpen.has(room),
    onIncomplete: (room) => incomplete.push(room),
  });
  await moderation.start();
  const denied: HeldComment[] = [];
  const revoked: string[] = [];
  const stop = moderation.listen('r', { onDenied: (held) => denied.push(held), onRevoked: (id) => revoked.push(id) });
  return { clock, mortal, broker, moderation, heldOpen, incomplete, denied, revoked, stop };
}

function told(result: Result<{ outcome: { result: string } }>): string {
  return result.ok ? result.value.outcome.result : result.refusal.code;
}

test('what is done is in force once it is answered, and known to be so by a version that rises', async () => {
  const { clock, moderation } = await start();
  const first = await moderation.act('r', ban('u1'));
  const second = await moderation.act('r', ban('u2'));
  expect([first, second]).toMatchObject([{ value: { version: 1 } }, { value: { version: 2 } }]);
  const sanctions = moderation.find('r')?.sanctions;
  expect(sanctions?.verdictFor('u1', clock.unixMs())).toEqual({ kind: 'banned' });
  expect(moderation.find('s')).toBeUndefined();
  const other = await moderation.open('s');
  expect(other.ok && other.value.sanctions.verdictFor('u1', clock.unixMs())).toEqual({ kind: 'free' });
});

test('of two who decide about a held comment at once the first in the log decides', async () => {
  const { denied, moderation } = await start();
  await moderation.act('r', hold('h1'));
  const [denies, approves] = await Promise.all([
    moderation.act('r', { kind: 'deny', id: 'h1', by: 'a' }),
    moderation.act('r', { kind: 'approve', id: 'h1', by: 'b' }),
  ]);
  expect([told(denies), told(approves)]).toEqual(['applied', 'unchanged']);
  expect(approves.ok && approves.value.outcome.effects).toEqual([]);
  expect(denied.map(({ id }) => id)).toEqual(['h1']);
});

test('who listens hears of denials and revocations in its room, until it stops', async () => {
  const { denied, moderation, revoked, stop } = await start();
  await moderation.act('s', { kind: 'revokeToken', tokenId: 't0', by: 'mod' });
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mod' });
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mod' });
  stop();
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't2', by: 'mod' });
  await moderation.act('r', hold('h1'));
  await moderation.act('r', { kind: 'deny', id: 'h1', by: 'mod' });
  expect([revoked, denied]).toEqual([['t1'], []]);
});

test('bans outlive the log: after a thousand actions everyone who comes late knows the first', async () => {
  const { clock, heldOpen, incomplete, moderation, stop } = await start();
  stop();
  for (let n = 0; n < 1000; n++) await moderation.act('r', ban(`u${n}`));
  heldOpen.clear();
  clock.advance(SWEEP_MS);
  expect(moderation.find('r')).toBeUndefined();
  const again = await moderation.open('r');
  expect(again.ok && again.value.sanctions.verdictFor('u0', clock.unixMs())).toEqual({ kind: 'banned' });
  expect(incomplete).toEqual([]);
});

test('a room that is held open, or listened to, is not forgotten', async () => {
  const { clock, heldOpen, moderation, stop } = await start();
  await moderation.open('r');
  await moderation.open('s');
  clock.advance(SWEEP_MS);
  expect([moderation.find('r') !== undefined, moderation.find('s')]).toEqual([true, undefined]);
  heldOpen.clear();
  clock.advance(SWEEP_MS);
  expect(moderation.find('r')).toBeDefined();
  stop();
  clock.advance(SWEEP_MS);
  expect(moderation.find('r')).toBeUndefined();
});

test('while the broker is away what was done stays in force, and nothing is done', async () => {
  const { clock, moderation, mortal } = await start();
  await moderation.act('r', ban('u1'));
  mortal.isAway = true;
  const done = moderation.act('r', ban('u2'));
  await settled();
  clock.advance(UNANSWERED_MS);
  expect(told(await done)).toBe('broker_unavailable');
  const sanctions = moderation.find('r')?.sanctions;
  expect(['u1', 'u2'].map((user) => sanctions?.verdictFor(user, clock.unixMs()).kind)).toEqual(['banned', 'free']);
  expect(told(await moderation.act('s', ban('u1')))).toBe('broker_unavailable');
});

test('an action whose answer never comes back in the log is refused, and does not wait for ever', async () => {
  const { clock, moderation, mortal } = await start();
  await moderation.open('r');
  void mortal.loseNews('r', () => NEVER);
  const done = moderation.act('r', ban('u1'));
  await settled();
  clock.advance(HANDED_OUT_MS);
  expect(told(await done)).toBe('broker_unavailable');
});

test('what was done while the broker could not hand it out is carried out when the room is handed out as a whole', async () => {
  const { clock, moderation, mortal, revoked } = await start();
  await moderation.open('r');
  let done: ReturnType<typeof moderation.act> | undefined;
  await mortal.loseNews('r', async () => {
    done = moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mod' });
    await settled();
    expect(revoked).toEqual([]);
  });
  expect(done && told(await done)).toBe('applied');
  expect(revoked).toEqual(['t1']);
  expect(clock.pendingTimers).toBe(2); // the looks of the two at their rooms: nothing waits
});

test('a log that the broker lost begins anew: what was done is lost with it, and what is done now counts', async () => {
  const { clock, moderation, mortal, revoked } = await start();
  await moderation.act('r', ban('u1'));
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mod' });
  await mortal.beginAnew('r');
  expect(moderation.find('r')?.sanctions.verdictFor('u1', clock.unixMs())).toEqual({ kind: 'free' });
  expect(told(await moderation.act('r', ban('u2')))).toBe('applied');
  expect(revoked).toEqual(['t1']);
});

test('what is handed out while a room is opened is not lost', async () => {
  const { broker, clock, moderation } = await start();
  const release = broker.hold('read');
  const opening = moderation.open('r');
  await settled();
  const acting = moderation.act('r', ban('u1'));
  release();
  await acting;
  const opened = await opening;
  expect(opened.ok && opened.value.sanctions.verdictFor('u1', clock.unixMs())).toEqual({ kind: 'banned' });
});

test('no more than 1,000 actions wait for the broker at once', async () => {
  const { broker, moderation } = await start();
  await moderation.open('r');
  const release = broker.hold('append');
  const acting = Array.from({ length: 1000 }, (_, n) => moderation.act('r', ban(`u${n}`)));
  await settled();
  expect(told(await moderation.act('r', ban('one more')))).toBe('too_many_commands');
  release();
  expect((await Promise.all(acting)).map(told)).toEqual(acting.map(() => 'applied'));
});

test('stopping answers what waits', async () => {
  const { moderation, mortal } = await start();
  await moderation.open('r');
  void mortal.loseNews('r', () => NEVER);
  const acting = moderation.act('r', ban('u1'));
  await settled();
  await moderation.stop();
  expect(told(await acting)).toBe('broker_unavailable');
});
