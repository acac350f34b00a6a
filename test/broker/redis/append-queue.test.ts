import { expect, test } from 'vitest';
import { AppendQueue, type AppendQueueOptions } from '../../../src/broker/redis/append-queue.ts';
import type { AppendAnswer, PendingAppend } from '../../../src/broker/redis/room-store.ts';
import { accept } from '../../../src/protocol/error-catalog.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { added, metrics } from '../../support/metrics.ts';
import { settled } from '../../support/process.ts';
import { comment, notice, numbers } from '../contract-fixture.ts';

interface HeldCall {
  readonly room: string;
  readonly at: number;
  readonly appends: readonly PendingAppend[];
  answer(): Promise<void>;
  fail(): Promise<void>;
}

/** A queue whose calls the test answers itself. */
function make(options: Partial<AppendQueueOptions> = {}) {
  const clock = new ManualClock();
  const calls: HeldCall[] = [];
  const store = {
    append: (room: string, appends: readonly PendingAppend[]) =>
      new Promise<AppendAnswer[]>((resolve, reject) => {
        const receipts = appends.map(({ idempotencyKey = '' }) => accept({ epoch: 'e1', refs: [idempotencyKey] }));
        calls.push({
          room,
          at: clock.monotonicMs(),
          appends,
          answer: async () => {
            resolve(receipts);
            await settled();
          },
          fail: async () => {
            reject(new Error('away'));
            await settled();
          },
        });
      }),
  };
  const queue = new AppendQueue({ store, clock, metrics, random: () => 0.5, ...options });
  const say = (count = 1, room = 'r') => Promise.all(numbers(1, count).map(() => queue.append(room, { entries: [comment('a')] })));
  const entries = () => calls.map(({ appends }) => appends.reduce((sum, append) => sum + append.entries.length, 0));
  return { clock, calls, queue, say, entries };
}

test('appends of one turn share a call, in their order, and each has its own answer', async () => {
  const { calls, clock, queue } = make();
  const answers = Promise.all(numbers(1, 100).map((n) => queue.append('r', { entries: [comment('a')], idempotencyKey: `${n}` })));
  expect(calls).toEqual([]);
  clock.turn();
  expect(calls.map(({ appends }) => appends.map(({ idempotencyKey }) => idempotencyKey))).toEqual([numbers(1, 100).map(String)]);
  await calls[0]?.answer();
  expect(await answers).toEqual(numbers(1, 100).map((n) => accept({ epoch: 'e1', refs: [`${n}`] })));
});

test('a room has one call on its way, and what comes meanwhile shares the next; rooms do not wait for each other', async () => {
  const { calls, clock, entries, say } = make();
  void say();
  clock.turn();
  void say(3);
  void say(2, 's');
  clock.advance(1000);
  clock.turnUntilQuiet();
  expect(calls.map(({ room }) => room)).toEqual(['r', 's']);
  await calls[0]?.answer();
  clock.turnUntilQuiet();
  expect(entries()).toEqual([1, 2, 3]);
});

test('calls of a quiet room begin at least 20 ms apart, those after one of 16 entries 80', async () => {
  const { calls, clock, say } = make();
  for (const atOnce of [1, 3, 16, 1, 1]) {
    void say(atOnce);
    const before = calls.length;
    clock.turnUntilQuiet();
    while (calls.length === before) clock.advance(1);
    await calls.at(-1)?.answer();
  }
  expect(calls.map(({ at }) => at)).toEqual([0, 20, 40, 120, 140]);
});

test('a priority event does not wait for the gap of a hot room', async () => {
  const { calls, clock, queue, say } = make();
  void say(16);
  clock.turn();
  await calls[0]?.answer();
  void say();
  clock.advance(5);
  clock.turnUntilQuiet();
  void queue.append('r', { entries: [notice('n')] });
  clock.advance(14);
  clock.turnUntilQuiet();
  expect(calls.length).toBe(1);
  clock.advance(1);
  expect(calls.map(({ at }) => at)).toEqual([0, 20]);
  expect(calls[1]?.appends.length).toBe(2);
});

test('one call carries 500 entries, and the next as many follow at once', async () => {
  const { calls, clock, entries, say } = make();
  void say(1200);
  clock.turn();
  await calls[0]?.answer();
  clock.turn();
  await calls[1]?.answer();
  clock.advance(80);
  expect(entries()).toEqual([500, 500, 200]);
  expect(calls.map(({ at }) => at)).toEqual([0, 0, 80]);
});

test('one call carries half a megabyte, and an append of more goes alone', async () => {
  const { calls, clock, entries, queue } = make();
  const large = (bytes: number) => ({ lane: 'chat', body: new Uint8Array(bytes) }) as const;
  for (const bytes of [300_000, 200_000, 200_000, 900_000]) void queue.append('r', { entries: [large(bytes)] });
  for (let call = 0; call < 3; call++) {
    clock.advance(20);
    clock.turnUntilQuiet();
    await calls[call]?.answer();
  }
  expect(entries()).toEqual([2, 1, 1]);
});

test('a call that fails fails its own appends, and the next ones are sent', async () => {
  const { calls, clock, queue, say } = make();
  const failed = queue.append('r', { entries: [comment('a')] });
  clock.turn();
  const next = say();
  await Promise.all([expect(failed).rejects.toThrow('away'), calls[0]?.fail()]);
  clock.advance(20);
  await calls[1]?.answer();
  expect(await next).toMatchObject([{ ok: true }]);
});

test('past the bound of a room its appends are refused and counted, others are not', async () => {
  const { calls, clock, queue, say } = make({ roomBounds: { maxEntries: 3, maxBytes: 1000 } });
  const waiting = say(3);
  clock.turn();
  // What is on its way counts as well.
  const count = await added('redisTurnedAway', async () => {
    expect(await queue.append('r', { entries: [comment('a')] })).toMatchObject({
      ok: false,
      refusal: { code: 'room_busy', temporary: true, retryAfterMs: 1500 },
    });
  });
  expect(count).toBe(1);
  void say(1, 's');
  await calls[0]?.answer();
  expect(await waiting).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  void queue.append('r', { entries: [comment('a'.repeat(200))] });
  expect(await queue.append('r', { entries: [{ lane: 'chat', body: new Uint8Array(1000) }] })).toMatchObject({ ok: false });
});

test('past the bound of the process every append is refused, until calls have been answered', async () => {
  const { calls, clock, queue, say } = make({ processBounds: { maxEntries: 4, maxBytes: 10_000 } });
  void say(2, 'r');
  void say(2, 's');
  expect(await queue.append('t', { entries: [notice('n')] })).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable' } });
  clock.turn();
  await calls[0]?.answer();
  const admitted = queue.append('t', { entries: [notice('n')] });
  clock.turn();
  await calls[2]?.answer();
  expect(await admitted).toMatchObject({ ok: true });
});

test('drained() waits for all that was appended, and a room leaves no timer behind', async () => {
  const { calls, clock, queue, say } = make();
  await queue.drained();
  void say();
  let isDrained = false;
  const drained = queue.drained().then(() => {
    isDrained = true;
  });
  clock.turn();
  await settled();
  expect(isDrained).toBe(false);
  await calls[0]?.answer();
  await drained;
  expect(clock.pendingTimers).toBe(1);
  clock.advance(20);
  expect(clock.pendingTimers).toBe(0);
});

test('stop() fails what waits, counted, and leaves no timer', async () => {
  const { calls, clock, queue, say } = make();
  void say();
  clock.turn();
  await calls[0]?.answer();
  const waiting = queue.append('r', { entries: [comment('a')] });
  expect(await added('redisTurnedAway', () => queue.stop())).toBe(1);
  await expect(waiting).rejects.toThrow('stopped');
  expect(clock.pendingTimers).toBe(0);
});

test('at 1,000 comments a second a room makes 13 calls a second', async () => {
  const { calls, clock, entries, say } = make();
  for (let ms = 0; ms < 2000; ms++) {
    void say();
    clock.turnUntilQuiet();
    await calls.at(-1)?.answer();
    clock.advance(1);
  }
  expect(calls.filter(({ at }) => at >= 1000).length).toBeLessThanOrEqual(13);
  expect(entries().reduce((sum, count) => sum + count, 0)).toBeGreaterThan(1900);
});
