import { expect, test } from 'vitest';
import { whyOf } from '../../../src/broker/redis/redis-trouble.ts';

test('whyOf() names the trouble with each address of a name that has several', () => {
  const refused = ['::1', '127.0.0.1'].map((address) => new Error(`connect ECONNREFUSED ${address}:6379`));
  expect(whyOf(new AggregateError(refused))).toBe('connect ECONNREFUSED ::1:6379; connect ECONNREFUSED 127.0.0.1:6379');
});

test('whyOf() tells of a Cluster why its last node could not be asked', () => {
  const error = Object.assign(new Error('None of them.'), { lastNodeError: new Error('Closed.') });
  expect(whyOf(error)).toBe('None of them. Closed.');
});
