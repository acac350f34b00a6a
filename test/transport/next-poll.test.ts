import { describe, expect, test } from 'vitest';
import { SeededRandom } from '../../bench/lib/seeded-random.ts';
import { nextLongPollMs, nextPollMs, type PollConditions } from '../../src/transport/next-poll.ts';

const QUIET: PollConditions = { eventsPerSecond: 0, pollers: 1, load: 0, hasPaid: false, place: 0.5 };
const next = (conditions: Partial<PollConditions>) => nextPollMs({ ...QUIET, ...conditions });

describe('nextPollMs()', () => {
  test.each([
    ['a silent room is asked every 10 s', {}, 10_000],
    ['a room of 40 events a second every second', { eventsPerSecond: 40 }, 1000],
    ['one of an event a second when five have gathered', { eventsPerSecond: 1 }, 5000],
    ['a quiet room in which something was paid for every second', { hasPaid: true }, 1000],
    ['half a loop is no reason to wait', { eventsPerSecond: 40, load: 0.5 }, 1000],
    ['at three quarters a busy room’s pollers come at 3.5 s', { eventsPerSecond: 40, load: 0.75 }, 3500],
    ['at a full loop everyone comes sixfold later, the quiet too', { load: 1 }, 60_000],
    ['paid or not', { hasPaid: true, load: 1 }, 6000],
    ['100,000 pollers together come to 10,000 polls a second', { eventsPerSecond: 40, pollers: 100_000 }, 10_000],
    ['a million would be told more than a minute, but are not', { pollers: 1_000_000 }, 60_000],
  ])('%s', (_, conditions, expected) => {
    expect(next(conditions)).toBe(expected);
  });

  test('the jitter is a quarter to either side', () => {
    expect([next({ place: 0 }), next({ place: 1 })]).toEqual([7500, 12_500]);
  });
});

describe('nextLongPollMs()', () => {
  test('in a quiet room the next poll follows within 100 ms, in a busy one or a busy process as a short poll would', () => {
    for (const place of [0, 0.5, 1]) expect(nextLongPollMs({ ...QUIET, place })).toBe(100 * place);
    expect(nextLongPollMs({ ...QUIET, eventsPerSecond: 40 })).toBe(1000);
    expect(nextLongPollMs({ ...QUIET, load: 1 })).toBe(60_000);
  });
});

// Places are dealt as the server deals them: in turn, sixteen to a flush, and anywhere within each sixteenth.
test('100,000 pollers who started at one moment come evenly after some rounds', () => {
  const POLLERS = 100_000;
  const BIN_MS = 100;
  const ROUNDS_MS = 240_000;
  const LOOKED_AT_MS = 20_000;
  const random = new SeededRandom(11);
  const arrivals = new Uint32Array(Math.ceil((ROUNDS_MS + LOOKED_AT_MS) / BIN_MS));
  const first = new Uint32Array(arrivals.length);
  for (let poller = 0; poller < POLLERS; poller++) {
    for (let at = 0, round = 0; at < ROUNDS_MS + LOOKED_AT_MS; round++) {
      const bin = Math.floor(at / BIN_MS);
      arrivals[bin] = (arrivals[bin] ?? 0) + 1;
      if (round < 2) first[bin] = (first[bin] ?? 0) + 1;
      const place = (Math.floor(random.next() * 16) + random.next()) / 16;
      at += nextPollMs({ eventsPerSecond: 40, pollers: POLLERS, load: 0.4, hasPaid: false, place });
    }
  }
  expect(first[0]).toBe(POLLERS); // the start is as bad as can be
  const looked = [...arrivals.subarray(ROUNDS_MS / BIN_MS, (ROUNDS_MS + LOOKED_AT_MS) / BIN_MS)];
  const mean = looked.reduce((sum, count) => sum + count, 0) / looked.length;
  // 10,000 polls a second are 1,000 in each 100 ms; even at random that varies by 3 %.
  expect(mean).toBeGreaterThan(900);
  expect(Math.max(...looked) / mean).toBeLessThan(1.25);
  expect(Math.min(...looked) / mean).toBeGreaterThan(0.75);
});
