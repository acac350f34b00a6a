import { expect, test } from 'vitest';
import { growthOf } from '../../../bench/soak/growth.ts';

const intervals = (...medians: number[]) => medians.map((median) => ({ resident: { median, min: 0, max: 9999 } }));

test('memory is compared with that after the first fifth', () => {
  expect(growthOf(intervals(50, 100, 101, 101, 101, 102, 103, 104, 105, 110))).toBeCloseTo(0.1);
  expect(growthOf(intervals(100, 200, 300, 400, 90))).toBeCloseTo(-0.1);
});

test('one interval has not grown', () => {
  expect(growthOf(intervals(70))).toBe(0);
});

test('no interval is an error', () => {
  expect(() => growthOf([])).toThrow(RangeError);
});
