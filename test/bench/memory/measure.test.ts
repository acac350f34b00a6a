import { expect, test } from 'vitest';
import { heapEach, residentEach } from '../../../bench/memory/measure.ts';

const figures = { viewers: 1000, residentBefore: 50_000_000, residentHeld: 52_500_000, heapBefore: 8_000_000, heapHeld: 9_100_000 };

test('a viewer’s bytes are what all of them add, by their number', () => {
  expect(residentEach(figures)).toBe(2500);
  expect(heapEach(figures)).toBe(1100);
});
