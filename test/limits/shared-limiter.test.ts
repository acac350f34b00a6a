import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { memoryStore, sharedStore } from '../../src/limits/limiter-store.ts';
import { RateLimit } from '../../src/limits/rate-limit.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';
import { ModelCounts } from '../support/model-counts.ts';
import { settled } from '../support/process.ts';

const RATE = { count: 5, seconds: 5 };
const WINDOW_MS = 5000;
const GAP_MS = 50;

// The library reads the machine's clock and plans its own timers.
beforeEach(() => {
  vi.useFakeTimers({ now: 1_795_300_000_000, toFake: ['Date', 'setTimeout', 'clearTimeout'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Limits of several processes, or of some that count for themselves, and one time for all. */
function world({ processes = 2, maxKeys = 1000 } = {}) {
  const clock = new ManualClock();
  const counts = new ModelCounts(clock);
  const limits = Array.from({ length: processes }, (_, index) => {
    const store = sharedStore({ counts: counts.of(`${index}`), clock, metrics, maxKeys });
    return new RateLimit({ name: 'comments', limiter: store('comments', RATE), metrics });
  });
  const alone = new RateLimit({ name: 'comments', limiter: memoryStore({ metrics })('comments', RATE), metrics });
  const pass = async (ms: number) => {
    vi.advanceTimersByTime(ms);
    clock.advance(ms);
    await settled();
  };
  /** How many of so many are let in. */
  const spend = async (process: number, times = 1, key = 'u1') => {
    let count = 0;
    for (let n = 0; n < times; n++) if ((await limits[process]?.take(key))?.ok) count++;
    return count;
  };
  const retryAfter = async (process: number, key = 'u1') => {
    const answer = await limits[process]?.take(key);
    return answer?.ok === false ? answer.refusal.retryAfterMs : undefined;
  };
  return { alone, clock, counts, limits, pass, retryAfter, spend };
}

test('what was spent at one process is known at the other with the first that it tells', async () => {
  const { pass, spend, retryAfter } = world();
  expect(await spend(0, 3)).toBe(3);
  await pass(GAP_MS);
  expect(await spend(1)).toBe(1);
  await pass(GAP_MS);
  expect(await spend(1, 5)).toBe(1);
  expect(await retryAfter(1)).toBe(WINDOW_MS - 2 * GAP_MS);
});

test('who was let in too often at several processes waits in proportion longer, and is told how long', async () => {
  const { pass, spend, retryAfter } = world();
  expect(await spend(0, 5)).toBe(5);
  await pass(GAP_MS);
  expect(await spend(1, 5)).toBe(5);
  await pass(GAP_MS);
  expect(await retryAfter(1)).toBe(2 * WINDOW_MS - 2 * GAP_MS);
  await pass(2 * WINDOW_MS - 2 * GAP_MS);
  expect(await spend(1, 6)).toBe(5);
});

test('a window whose beginning could not be told, behind one that was told late, is no part of that one', async () => {
  const { counts, pass, spend } = world();
  counts.tripMs = 2000;
  expect(await spend(0, 5)).toBe(5);
  await pass(GAP_MS);
  await pass(1000);
  await pass(1000);
  await pass(WINDOW_MS - GAP_MS - 2000);
  Object.assign(counts, { tripMs: 0, isAway: true });
  expect(await spend(0)).toBe(1);
  await pass(GAP_MS);
  counts.isAway = false;
  expect(await spend(0)).toBe(1);
  await pass(GAP_MS);
  expect(await spend(0, 5)).toBe(3);
});

test('what was spent and not told yet when the answer comes counts as well', async () => {
  const { counts, pass, spend } = world();
  await spend(0, 2);
  await pass(GAP_MS);
  counts.tripMs = 20;
  await spend(1);
  await pass(GAP_MS);
  await spend(1);
  await pass(10);
  await pass(10);
  expect(await spend(1, 5)).toBe(1);
});

test('what is told only when its window is over counts for it, whether or not the next has begun', async () => {
  for (const goesOn of [false, true]) {
    const { pass, spend, retryAfter } = world();
    await spend(0);
    await pass(GAP_MS);
    await pass(1000 - GAP_MS);
    await spend(1);
    await pass(GAP_MS);
    expect(await spend(1, 5)).toBe(3);
    await pass(WINDOW_MS - 1000 - GAP_MS - 10);
    // Four more than may be: the window lasts as long as nine points cost, or ten.
    expect(await spend(0, 4)).toBe(4);
    await pass(10);
    if (goesOn) expect(await spend(0)).toBe(1);
    await pass(GAP_MS - 10);
    await pass(10);
    expect(await retryAfter(0)).toBe((goesOn ? 10_000 : 9000) - WINDOW_MS - GAP_MS);
  }
});

test('nobody waits for a call, of which one is on its way at a time', async () => {
  const { counts, pass, spend } = world();
  counts.tripMs = 5000;
  expect(await spend(0)).toBe(1);
  await pass(GAP_MS);
  for (let n = 0; n < 40; n++) {
    expect(await spend(0, 1, `v${n}`)).toBe(1);
    await pass(GAP_MS);
  }
  expect(counts.calls).toBe(1);
});

test('a refusal costs no call', async () => {
  const { counts, pass, spend } = world();
  await spend(0, 5);
  await pass(WINDOW_MS / 2);
  const before = counts.calls;
  await spend(0, 100);
  await pass(WINDOW_MS / 3);
  expect([before, counts.calls]).toEqual([1, 1]);
});

test('many keys share a call, and where there are many the calls are rare', async () => {
  const { counts, pass, spend } = world();
  for (let tick = 0; tick < 1000; tick++) {
    await spend(0, 1, `u${tick}`);
    await pass(10);
  }
  // 10 s of 100 a second; below 16 keys a gap stays short.
  expect(counts.calls).toBe(200);
  for (let tick = 0; tick < 1000; tick++) {
    for (let n = 0; n < 10; n++) await spend(0, 1, `w${tick} ${n}`);
    await pass(10);
  }
  expect(counts.calls).toBeLessThanOrEqual(212);
});

test('while Redis is away each process counts for itself, and it is counted of how many keys nothing was told', async () => {
  const { counts, pass, spend } = world();
  counts.isAway = true;
  const unshared = await added('limitKeysUnshared', async () => {
    expect([await spend(0, 6), await spend(0, 6, 'u2'), await spend(1, 6)]).toEqual([5, 5, 5]);
    await pass(GAP_MS);
  });
  expect(unshared).toBe(3);
  counts.isAway = false;
  await pass(WINDOW_MS);
  // Not what was given up: it may have been added.
  expect(await spend(0)).toBe(1);
  await pass(GAP_MS);
  expect(await spend(1, 6)).toBe(5);
});

test('past as many keys as may wait the rest is not told, and counted', async () => {
  const { counts, pass, spend } = world({ maxKeys: 10 });
  counts.tripMs = 1000;
  await spend(0);
  await pass(GAP_MS);
  const unshared = await added('limitKeysUnshared', async () => {
    for (let n = 0; n < 15; n++) expect(await spend(0, 1, `v${n}`)).toBe(1);
  });
  expect(unshared).toBe(5);
});

describe('for good', () => {
  test('who comes to four processes at once, always, gets no more than a tenth above the rate, and four times the count at the begin', async () => {
    const { pass, spend } = world({ processes: 4 });
    let count = 0;
    for (let ms = 0; ms < 300_000; ms += GAP_MS) {
      for (let process = 0; process < 4; process++) count += await spend(process);
      await pass(GAP_MS);
    }
    expect(count).toBeLessThanOrEqual(300 * 1.12 + 4 * RATE.count);
    expect(count).toBeGreaterThanOrEqual(300 - RATE.count);
  });

  const visit = fc.record({
    process: fc.nat({ max: 2 }),
    times: fc.integer({ min: 1, max: 6 }),
    afterMs: fc.integer({ min: 0, max: 6000 }),
  });

  test('however one goes about between three processes, one gets no more than a tenth above the rate, and three times the count', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(visit, { minLength: 20, maxLength: 80 }), fc.integer({ min: 0, max: 200 }), async (visits, tripMs) => {
        const { clock, counts, pass, spend } = world({ processes: 3 });
        counts.tripMs = tripMs;
        let count = 0;
        for (const { process, times, afterMs } of visits) {
          count += await spend(process, times);
          await pass(afterMs / 2);
          await pass(afterMs / 2);
        }
        expect(count).toBeLessThanOrEqual((clock.monotonicMs() / 1000) * 1.12 + 3 * RATE.count);
      }),
      { numRuns: 300 },
    );
  });

  test('who stays with one process is answered as if there were no other, whatever others do, and however long calls take', async () => {
    const attempt = fc.record({ afterMs: fc.integer({ min: 0, max: 3000 }), others: fc.nat({ max: 20 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(attempt, { maxLength: 60 }), fc.integer({ min: 0, max: 400 }), async (attempts, tripMs) => {
        const { alone, counts, limits, pass, spend } = world();
        counts.tripMs = tripMs;
        for (const { afterMs, others } of attempts) {
          expect(await limits[0]?.take('u1')).toEqual(await alone.take('u1'));
          for (let n = 0; n < others; n++) await spend(n % 2, 1, `v${n}`);
          await pass(afterMs);
        }
      }),
      { numRuns: 300 },
    );
  });
});
