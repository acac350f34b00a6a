import { expect, test } from 'vitest';
import { numberList } from '../../../bench/cpu/number-list.ts';

test('numbers come by commas', () => {
  expect(numberList(1, 1000)('5, 40,400')).toEqual([5, 40, 400]);
});

test.each(['', '5,', '5,x', '0', '5,2000', '5,5'])('%j is refused', (text) => {
  expect(() => numberList(1, 1000)(text)).toThrow();
});
