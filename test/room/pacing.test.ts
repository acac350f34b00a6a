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

test('the first window after a quiet time is longer or shorter by up to a half, by the phase, and the next are whole', () => {
  for (const [phase, firstMs] of [
    [0, 50],
    [0.25, 75],
    [0.5, 100],
    [1, 150],
  ] as const) {
    const pacing = new Pacing(100, phase);
    pacing.flushed(1000);
    expect(pacing.dueAt(1000)).toBe(1000 + firstMs);
    pacing.flushed(1000 + firstMs);
    expect(pacing.dueAt(1000 + firstMs)).toBe(1100 + firstMs);
  }
});

test('a time is quiet when it is longer than two windows', () => {
  const pacing = new Pacing(100, 0);
  for (const flushedAt of [0, 50, 250, 450]) pacing.flushed(flushedAt);
  expect(pacing.dueAt(450)).toBe(550);
  pacing.flushed(651);
  expect(pacing.dueAt(651)).toBe(701);
});

test('a window that is set counts from the last flush on', () => {
  const pacing = new Pacing(100);
  pacing.flushed(1000);
  pacing.windowMs = 300;
  expect(pacing.dueAt(1000)).toBe(1300);
  pacing.windowMs = 10;
  expect(pacing.dueAt(1005)).toBe(1010);
});

test('flushes at their due times never come closer than the window, and never wait longer than one; the first by the phase', () => {
  const phase = fc.constantFrom(0, 0.1, 0.5, 0.9, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 200 }), phase, fc.array(fc.nat({ max: 300 }), { maxLength: 30 }), (windowMs, phase, waits) => {
      const pacing = new Pacing(windowMs, phase);
      let now = 0;
      let last = Number.NEGATIVE_INFINITY;
      let before = Number.NEGATIVE_INFINITY;
      for (const wait of waits) {
        now += wait;
        const due = pacing.dueAt(now);
        const isFirst = last - before > 2 * windowMs;
        const gapMs = isFirst ? windowMs * (0.5 + phase) : windowMs;
        expect(due - last).toBeGreaterThanOrEqual(gapMs - 1e-9);
        expect(due - now).toBeLessThanOrEqual(gapMs + 1e-6); // sums of parts
        before = last;
        now = due;
        last = due;
        pacing.flushed(due);
      }
    }),
  );
});
