import { describe, expect, it } from 'vitest';
import { parseResidentBytes, parseRunSeconds, parseWaitSeconds } from '../../../bench/lib/proc-stat.ts';

it('parseRunSeconds() takes the first number, in nanoseconds', () => {
  expect(parseRunSeconds('2500000000 12345 678\n')).toBe(2.5);
});

it('parseWaitSeconds() takes the second number, in nanoseconds', () => {
  expect(parseWaitSeconds('2500000000 250000000 678\n')).toBe(0.25);
});

describe('parseResidentBytes()', () => {
  it('takes the second number, in pages', () => {
    expect(parseResidentBytes('30000 1000 800 1 0 5000 0')).toBe(4_096_000);
  });
});
