import { expect, test } from 'vitest';
import type { SharedCounts } from '../../../src/broker/shared-counts.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { numbers } from '../contract-fixture.ts';
import { canAdd, redisCounts } from './counts-fixture.ts';

const WINDOW_MS = 1_000_000;
const RATE = { name: 'comments', count: 5, seconds: WINDOW_MS / 1000 };
const HASH = 't:{limit:comments:5/1000}';

const spend = async (counts: SharedCounts, points = 1, key = 'u1') =>
  (await counts.add(RATE, [{ key, points, latePoints: 0, leftMs: WINDOW_MS, isNew: false }]))[0]?.points;

async function started() {
  const server = await RedisServer.start();
  const counts = await redisCounts({ url: server.url, prefix: 't:' });
  return { server, counts, watch: server.client() };
}

test('two processes on one Redis add up, and keys of a prefix are apart', async () => {
  const { server, counts } = await started();
  const other = await redisCounts({ url: server.url, prefix: 't:' });
  const apart = await redisCounts({ url: server.url, prefix: 'apart:' });
  expect([await spend(counts, 2), await spend(other, 3), await spend(apart)]).toEqual([2, 5, 1]);
});

test('what is kept stands in two keys for each limit, and expires after the longest window twice at most', async () => {
  const { counts, watch } = await started();
  await spend(counts);
  await spend(counts);
  const keys = (await watch.keys('t:{limit:comments*')).sort();
  expect(keys).toHaveLength(1);
  expect([`${HASH}:0`, `${HASH}:1`]).toContain(keys[0]);
  const ttl = await watch.pttl(keys[0] ?? '');
  expect(ttl).toBeGreaterThan(8 * WINDOW_MS - 60_000);
  expect(ttl).toBeLessThanOrEqual(16 * WINDOW_MS);
});

test('what was added in the generation before goes on, what is older does not count', async () => {
  const { counts, watch } = await started();
  await spend(counts, 3);
  await spend(counts, 3, 'u2');
  const [present = ''] = await watch.keys(`${HASH}*`);
  const former = present.endsWith('0') ? `${HASH}:1` : `${HASH}:0`;
  const generation = Number(await watch.hget(present, 'generation'));
  await watch.rename(present, former);
  await watch.hset(former, 'generation', generation - 1);
  expect(await spend(counts)).toBe(4);
  expect(await watch.hlen(present)).toBe(2);
  expect(await spend(counts, 1, 'u2')).toBe(4);
  await watch.hset(present, 'generation', generation - 2);
  await watch.hset(former, 'generation', generation - 3);
  expect(await spend(counts)).toBe(1);
  expect(await spend(counts, 1, 'u2')).toBe(1);
});

test('a count whose window begins in the future, as after the clock was set back, is none', async () => {
  const { counts, watch } = await started();
  await spend(counts, 3);
  const [present = ''] = await watch.keys(`${HASH}*`);
  await watch.hset(present, 'u1', `4 ${Date.now() + 600_000} abcd`);
  expect(await spend(counts)).toBe(1);
});

test('thousands of keys at once are answered each in its place', async () => {
  const { counts } = await started();
  const spent = numbers(1, 5000).map((n) => ({ key: `u${n}`, points: n, latePoints: 0, leftMs: WINDOW_MS, isNew: false }));
  expect((await counts.add(RATE, spent)).map(({ points }) => points)).toEqual(numbers(1, 5000));
});

test('without Redis it rejects, and counts anew with one that came back empty', async () => {
  const { server, counts } = await started();
  await spend(counts, 4);
  await server.kill();
  await expect(spend(counts)).rejects.toThrow();
  await server.restart();
  await canAdd(counts);
  expect(await spend(counts)).toBe(1);
});
