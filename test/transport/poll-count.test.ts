import { expect, test } from 'vitest';
import { PollCount } from '../../src/transport/poll-count.ts';

test('PollCount tells of a lone poll at once, and of many together, a few times a second; none is forgotten', () => {
  const count = new PollCount();
  const told: number[] = [];
  for (const now of [1000, 1001, 1100, 1249, 1250, 1251, 9000]) count.count(now, (polls) => told.push(polls));
  expect(told).toEqual([1, 4, 2]);
});
