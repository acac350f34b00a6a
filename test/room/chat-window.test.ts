import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ChatWindow } from '../../src/room/chat-window.ts';

/** A window after flushes of one cost under one load, `everyMs` apart. */
function after(
  flushes: number,
  report: { costMs: number; load: number; everyMs: number },
  window = new ChatWindow({ minMs: 100, maxMs: 1000 }),
) {
  for (let flush = 1; flush <= flushes; flush++) window.flushed({ ...report, now: flush * report.everyMs });
  return window;
}

test('a window begins at its narrowest, and stays there while flushes are cheap and the process is calm', () => {
  expect(new ChatWindow({ minMs: 100, maxMs: 1000 }).ms).toBe(100);
  expect(after(1000, { costMs: 5, load: 0.3, everyMs: 100 }).ms).toBe(100);
});

test('flushes take half of the loop at the most: the window comes to twice their cost', () => {
  expect(after(40, { costMs: 150, load: 0.5, everyMs: 300 }).ms).toBeCloseTo(300, 0);
});

test('one flush that was held up does not double the window', () => {
  const window = after(100, { costMs: 20, load: 0.3, everyMs: 100 });
  window.flushed({ costMs: 300, load: 0.3, now: 10_100 });
  expect(window.ms).toBeLessThan(200);
});

test('a flush over which the machine slept for an hour is forgotten within a few', () => {
  const window = after(100, { costMs: 5, load: 0.3, everyMs: 100 });
  window.flushed({ costMs: 3_600_000, load: 0.3, now: 3_610_000 });
  expect(window.ms).toBeLessThan(300);
  for (let flush = 1; flush <= 5; flush++) window.flushed({ costMs: 5, load: 0.3, now: 3_610_000 + flush * 300 });
  expect(window.ms).toBe(100);
});

/** By what factor a wide-ranging window moves in `ms`, once it has seen the load for a while. */
function factorOver(ms: number, { load, everyMs }: { load: number; everyMs: number }): number {
  const window = new ChatWindow({ minMs: 1, maxMs: 1e12 });
  let now = 0;
  const run = (share: number, forMs: number) => {
    for (const until = now + forMs; now < until; ) {
      now += everyMs;
      window.flushed({ costMs: 0, load: share, now });
    }
  };
  run(1, 20_000); // away from the narrowest
  run(load, 10_000);
  const before = window.ms;
  run(load, ms);
  return window.ms / before;
}

const OFTEN_AND_SELDOM = [10, 50, 100, 250, 500, 1000];

test.each(OFTEN_AND_SELDOM)('while the loop is full the window doubles within a second, in a room that flushes every %i ms', (everyMs) => {
  expect(factorOver(1000, { load: 1, everyMs })).toBeCloseTo(2, 2);
});

test.each(OFTEN_AND_SELDOM)('while the loop is idle it halves in two, in a room that flushes every %i ms', (everyMs) => {
  expect(factorOver(2000, { load: 0, everyMs })).toBeCloseTo(0.5, 2);
});

test('between 60 and 80 % load nothing moves, and beyond that it does', () => {
  for (const load of [0.61, 0.7, 0.79]) expect(factorOver(60_000, { load, everyMs: 100 })).toBeCloseTo(1, 6);
  for (const load of [0.82, 0.9, 0.97]) expect(factorOver(10_000, { load, everyMs: 100 })).toBeGreaterThan(1.1);
  for (const load of [0.58, 0.4, 0.1]) expect(factorOver(10_000, { load, everyMs: 100 })).toBeLessThan(0.9);
});

test('a room that was silent for seconds moves its window by one second’s step, and forgets the load before a longer silence', () => {
  const wide = after(300, { costMs: 0, load: 1, everyMs: 100 });
  expect(wide.ms).toBe(1000);
  wide.flushed({ costMs: 0, load: 0, now: 30_000 + 9000 });
  expect(wide.ms).toBeGreaterThan(1000 / 1.5);
  wide.flushed({ costMs: 0, load: 0.7, now: 30_000 + 20_000 });
  expect(wide.ms).toBe(100);
});

test('the wider of the two rules counts, and goes on counting when the other fades', () => {
  const window = after(300, { costMs: 200, load: 1, everyMs: 100 });
  expect(window.ms).toBe(1000);
  for (let flush = 1; flush < 600; flush++) window.flushed({ costMs: 200, load: 0.1, now: 30_000 + flush * 100 });
  expect(window.ms).toBeCloseTo(400, 0);
});

test('where the widest is less than the narrowest the window is the narrowest', () => {
  expect(after(10, { costMs: 5000, load: 1, everyMs: 1000 }, new ChatWindow({ minMs: 500, maxMs: 100 })).ms).toBe(500);
});

test('whatever is reported, the window stays within its bounds, and two calm minutes bring it back', () => {
  const report = fc.record({
    costMs: fc.oneof(fc.double({ min: 0, max: 5000, noNaN: true }), fc.constant(0), fc.constant(1e6)),
    load: fc.double({ min: 0, max: 1, noNaN: true }),
    elapsedMs: fc.oneof(fc.double({ min: 0, max: 3000, noNaN: true }), fc.constant(0), fc.constant(1e7)),
  });
  const bounds = fc.record({ minMs: fc.integer({ min: 20, max: 1000 }), maxMs: fc.integer({ min: 1, max: 10_000 }) });
  fc.assert(
    fc.property(bounds, fc.array(report, { maxLength: 60 }), ({ minMs, maxMs }, reports) => {
      const window = new ChatWindow({ minMs, maxMs });
      let now = 0;
      for (const { costMs, load, elapsedMs } of reports) {
        now += elapsedMs;
        window.flushed({ costMs, load, now });
        expect(window.ms).toBeGreaterThanOrEqual(minMs);
        expect(window.ms).toBeLessThanOrEqual(Math.max(minMs, maxMs));
      }
      for (const end = now + 120_000; now < end; now += window.ms) window.flushed({ costMs: 0, load: 0, now });
      expect(window.ms).toBe(minMs);
    }),
    { numRuns: 500 },
  );
});
