import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Pacing } from '../../src/room/pacing.ts';

test('Pacing.dueAt() is now before the first flush', () => {
  expect(new Pacing(100).dueAt(0)).toBe(0);
  expect(new Pacing(100).dueAt(12_345)).toBe(12_345);
});

test('Pacing.dueAt() is a window after the last flush, and now when that is past', () => {
  const pacing = new Pacing(100);
  pacing.flushed(1000);
  expect(pacing.dueAt(1000)).toBe(1100);
  expect(pacing.dueAt(1099)).toBe(1100);
  expect(pacing.dueAt(1100)).toBe(1100);
  expect(pacing.dueAt(5000)).toBe(5000);
});

test('flushes at their due times never come closer than the window, and never wait longer than one', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), fc.array(fc.nat({ max: 300 }), { maxLength: 30 }), (windowMs, waits) => {
      const pacing = new Pacing(windowMs);
      let now = 0;
      let last = Number.NEGATIVE_INFINITY;
      for (const wait of waits) {
        now += wait;
        const due = pacing.dueAt(now);
        expect(due - last).toBeGreaterThanOrEqual(windowMs);
        expect(due - now).toBeLessThanOrEqual(windowMs);
        now = due;
        last = due;
        pacing.flushed(due);
      }
    }),
  );
});
