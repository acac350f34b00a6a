import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../../bench/lib/spread.ts';

describe('spreadOf()', () => {
  it('takes the middle value, or the mean of the two in the middle', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, min: 1, max: 9 });
    expect(spreadOf([4, 2])).toEqual({ median: 3, min: 2, max: 4 });
  });

  it('refuses nothing', () => {
    expect(() => spreadOf([])).toThrow(RangeError);
  });
});
