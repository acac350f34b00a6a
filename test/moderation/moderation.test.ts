import { expect, test } from 'vitest';
import { MemoryBroker } from '../../src/broker/memory-broker.ts';
import { BrokerTrouble } from '../../src/broker/trouble.ts';
import { Moderation } from '../../src/moderation/moderation.ts';
import type { HeldComment, ModerationAction } from '../../src/moderation/moderation-action.ts';
import { entryOfRecord } from '../../src/moderation/moderation-record.ts';
import { MODERATION_LOG_SIZE } from '../../src/moderation/room-moderation.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import { HeldBroker } from '../support/held-broker.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { MortalBroker } from '../support/mortal-broker.ts';
import { settled } from '../support/process.ts';

const NEVER = new Promise<never>(() => undefined);
const MAX_ROOMS = 20;
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
  const rest = { roomIdleMs: 1_000_000, maxRooms: 1000, idempotencyTtlMs: 10_000, comboMs: 0, clock, metrics, newEpoch: newName };
  const mortal = new MortalBroker(() => new MemoryBroker({ ...rest, historySize: MODERATION_LOG_SIZE }));
  const broker = new HeldBroker(mortal);
  const heldOpen = new Set(['r']);
  const marks: string[] = [];
  const incomplete: string[] = [];
  const moderation = new Moderation({
    broker,
    trouble: new BrokerTrouble({ clock, metrics, log: () => undefined }),
    clock,
    metrics,
    newMark: () => {
      marks.push(newName());
      return marks.at(-1) ?? '';
    },
    maxRooms: MAX_ROOMS,
    isHeldOpen: (room) => heldOpen.has(room),
    onIncomplete: (room) => incomplete.push(room),
  });
  await moderation.start();
  const denied: HeldComment[] = [];
  const revoked: string[] = [];
  const stop = moderation.listen('r', { onDenied: (held) => denied.push(held), onRevoked: (id) => revoked.push(id) });
  return { clock, mortal, broker, moderation, marks, heldOpen, incomplete, denied, revoked, stop };
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

test('no more rooms are known than may be: one that nobody is in gives way, and no other does', async () => {
  const { heldOpen, moderation } = await start();
  const rooms = Array.from({ length: MAX_ROOMS }, (_, n) => `r${n}`);
  for (const room of ['r', ...rooms]) expect(await moderation.open(room)).toMatchObject({ ok: true });
  expect(['r', ...rooms].filter((room) => !moderation.find(room))).toEqual(['r0']);
  for (const room of rooms) heldOpen.add(room);
  expect(await moderation.open('one more')).toMatchObject({ refusal: { code: 'too_many_rooms' } });
  expect(await moderation.open('r')).toMatchObject({ ok: true });
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
  expect(new Set(revoked)).toEqual(new Set(['t1']));
  expect(clock.pendingTimers).toBe(2); // the looks of the two at their rooms: nothing waits
});

test('a log that the broker lost begins anew: what was done is lost with it, and what is done now counts', async () => {
  const { clock, incomplete, moderation, mortal, revoked } = await start();
  await moderation.act('r', ban('u1'));
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mod' });
  await mortal.reset('r');
  expect(incomplete).toEqual([]);
  await mortal.beginAnew('r');
  expect(incomplete).toEqual(['r']);
  expect(moderation.find('r')?.sanctions.verdictFor('u1', clock.unixMs())).toEqual({ kind: 'free' });
  expect(told(await moderation.act('r', ban('u2')))).toBe('applied');
  expect(new Set(revoked)).toEqual(new Set(['t1']));
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

test('what is done in a log that begins anew with it counts, though more had been done in the one before', async () => {
  const { broker, marks, moderation, mortal, revoked } = await start();
  for (const user of ['u1', 'u2', 'u3']) await moderation.act('r', ban(user));
  const release = broker.hold('append');
  const action: ModerationAction = { kind: 'revokeToken', tokenId: 't1', by: 'mod' };
  const acting = moderation.act('r', action);
  await settled();
  broker.failNext('append'); // its answer is lost
  await mortal.beginAnew('r', [entryOfRecord({ action, mark: marks.at(-1) ?? '' })]);
  release();
  await settled();
  expect(new Set(revoked)).toEqual(new Set(['t1']));
  expect(told(await acting)).toBe('applied');
});

test('who stays is told of a token that was revoked while nothing was handed out, though a snapshot stands for it', async () => {
  const { broker, moderation, mortal, revoked } = await start();
  await moderation.open('r');
  await mortal.loseNews('r', async () => {
    await broker.append('r', [entryOfRecord({ action: { kind: 'revokeToken', tokenId: 't1', by: 'mod' }, mark: 'elsewhere' })]);
    const snapshot = { at: 1, sanctions: [{ kind: 'revokedToken', whom: 't1' }], held: [], audit: [] } as const;
    await broker.append('r', [entryOfRecord({ snapshot, through: 1 })]);
  });
  expect(revoked).toEqual(['t1']);
});

test('a comment whose approval was given up for lost, and comes late, waits again: nobody has said it', async () => {
  const { broker, clock, marks, moderation } = await start();
  await moderation.act('r', hold('h1'));
  const release = broker.hold('append');
  const approve: ModerationAction = { kind: 'approve', id: 'h1', by: 'mod' };
  const approving = moderation.act('r', approve);
  await settled();
  broker.failNext('append'); // its answer is lost
  release();
  await settled();
  clock.advance(UNANSWERED_MS);
  expect(told(await approving)).toBe('broker_unavailable');
  await broker.append('r', [entryOfRecord({ action: approve, mark: marks.at(-1) ?? '' })]);
  await settled();
  expect(moderation.find('r')?.sanctions.held.map(({ id }) => id)).toEqual(['h1']);
  await broker.append('r', [entryOfRecord({ action: approve, mark: 'elsewhere' })]);
  await settled();
  expect(moderation.find('r')?.sanctions.held).toEqual([]);
});

test('a comment that is put back while the broker is away waits again when that is back', async () => {
  const { clock, moderation, mortal } = await start();
  await moderation.act('r', hold('h1'));
  const [held] = moderation.find('r')?.sanctions.held ?? [];
  if (!held) throw new Error('nothing is held');
  await moderation.act('r', { kind: 'approve', id: 'h1', by: 'mod' });
  mortal.isAway = true;
  void moderation.putBack('r', held);
  await settled();
  clock.advance(UNANSWERED_MS);
  await settled();
  expect(moderation.find('r')?.sanctions.held).toEqual([]);
  mortal.isAway = false;
  clock.advance(UNANSWERED_MS);
  await settled();
  expect(moderation.find('r')?.sanctions.held).toMatchObject([{ id: 'h1' }]);
  expect(clock.pendingTimers).toBe(2); // the looks of the two at their rooms: nothing is tried again
});
