import { expect, test } from 'vitest';
import { PollCount } from '../../src/transport/poll-count.ts';

test('PollCount tells of a lone poll at once, and of many together, a few times a second; none is forgotten', () => {
  const count = new PollCount();
  const told = [1000, 1001, 1100, 1249, 1250, 1251, 9000].map((now) => count.count(now));
  expect(told).toEqual([1, 0, 0, 0, 4, 0, 2]);
});
