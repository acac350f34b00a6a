import { expect, test } from 'vitest';
import type { Identity } from '../../src/auth/identity.ts';
import { TokenCache } from '../../src/auth/token-cache.ts';
import { metrics } from '../support/metrics.ts';

const identity = (id: string, expiresAt = 100): Identity => ({
  role: 'viewer',
  user: { id, name: id },
  level: 0,
  isFollower: false,
  rooms: 'all',
  expiresAt,
});
const evictions = async () => (await metrics.tokensEvicted.get()).values[0]?.value ?? 0;

test('finds what was kept, until it expires', () => {
  const cache = new TokenCache(metrics);
  cache.keep('a', identity('a'));
  expect(cache.find('a', 99)?.user.id).toBe('a');
  expect(cache.find('b', 99)).toBeUndefined();
  expect(cache.find('a', 100)).toBeUndefined();
  expect(cache.size).toBe(0);
});

test('past its bound forgets what was used longest ago, and counts it', async () => {
  const cache = new TokenCache(metrics, 2);
  const before = await evictions();
  for (const id of ['a', 'b']) cache.keep(id, identity(id));
  cache.find('a', 0);
  cache.keep('c', identity('c'));
  expect(['a', 'b', 'c'].map((id) => cache.find(id, 0)?.user.id)).toEqual(['a', undefined, 'c']);
  expect(await evictions()).toBe(before + 1);
  cache.clear();
  expect(cache.size).toBe(0);
});
