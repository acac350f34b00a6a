import { expect, test } from 'vitest';
import type { SharedCounts } from '../../src/broker/shared-counts.ts';
import { systemClock } from '../../src/clock.ts';
import { sharedStore } from '../../src/limits/limiter-store.ts';
import { RateLimit } from '../../src/limits/rate-limit.ts';
import { canAdd, redisCounts } from '../broker/redis/counts-fixture.ts';
import { added, metrics } from '../support/metrics.ts';
import { RedisServer } from '../support/redis-server.ts';
import { until } from '../support/until.ts';

// A window so long that it does not end within a test.
const RATE = { count: 5, seconds: 1000 };
const WINDOW_MS = RATE.seconds * 1000;

/** The limit of one process, and how many of its calls were answered so far. */
async function startLimit(server: RedisServer) {
  const counts = await redisCounts({ url: server.url, prefix: 't:' });
  let answered = 0;
  const watched: SharedCounts = {
    start: () => counts.start(),
    stop: () => counts.stop(),
    add: async (rate, spent) => {
      const answer = await counts.add(rate, spent);
      answered += spent.length;
      return answer;
    },
  };
  const store = sharedStore({ counts: watched, clock: systemClock, metrics });
  const limit = new RateLimit({ name: 'comments', limiter: store('comments', RATE), metrics });
  /** How many of so many are let in; waits until they have been told of. */
  const spend = async (times: number) => {
    const before = answered;
    let count = 0;
    for (let n = 0; n < times; n++) if ((await limit.take('u1')).ok) count++;
    if (count > 0) await until('it is told', () => answered > before);
    return count;
  };
  return { counts, limit, spend };
}

test('two processes on one Redis let in together what one would, and what the second lets in before it knows makes the window longer', async () => {
  const server = await RedisServer.start();
  const [a, b] = [await startLimit(server), await startLimit(server)];
  expect([await a.spend(5), await b.spend(1), await b.spend(5), await a.spend(5)]).toEqual([5, 1, 0, 0]);
  const answer = await b.limit.take('u1');
  const { retryAfterMs = 0 } = answer.ok ? {} : answer.refusal;
  expect(retryAfterMs).toBeGreaterThan(1.2 * WINDOW_MS - 60_000);
  expect(retryAfterMs).toBeLessThanOrEqual(1.2 * WINDOW_MS);
});

test('while Redis is away each process counts for itself, and together again when it is back', async () => {
  const server = await RedisServer.start({ persistence: 'aof' });
  const [a, b] = [await startLimit(server), await startLimit(server)];
  expect(await a.spend(1)).toBe(1);
  await server.kill();
  let isLet = false;
  const unshared = added('limitKeysUnshared', async () => {
    isLet = (await b.limit.take('u1')).ok;
    await until('it is given up', async () => (await metrics.limitKeysUnshared.get()).values.some(({ value }) => value > 0));
  });
  expect([await unshared, isLet]).toEqual([1, true]);
  expect((await a.limit.take('u2')).ok).toBe(true);
  await server.restart();
  await canAdd(a.counts);
  await canAdd(b.counts);
  // What was told before is known; what was given up is known to the process itself.
  expect(await b.spend(1)).toBe(1);
  expect(await a.spend(5)).toBe(4);
  expect(await b.spend(1)).toBe(1);
  expect(await b.spend(5)).toBe(0);
});

test('a Redis that holds every call back holds up nobody, and is told in one call of all that gathered meanwhile', async () => {
  const server = await RedisServer.start();
  const { limit } = await startLimit(server);
  const control = server.client();
  await control.call('CLIENT', 'PAUSE', '60000', 'WRITE');
  expect((await limit.take('u1')).ok).toBe(true);
  await until('the call is held back', async () =>
    / cmd=(evalsha|eval) .* flags=b | flags=b .* cmd=eval/.test(String(await control.client('LIST'))),
  );
  for (let n = 0; n < 900; n++) expect((await limit.take(`v${n}`)).ok).toBe(true);
  await control.config('RESETSTAT');
  await control.call('CLIENT', 'UNPAUSE');
  const keptKeys = async () => {
    const hashes = await control.keys('t:{limit:comments*');
    return (await Promise.all(hashes.map((hash) => control.hlen(hash)))).reduce((sum, count) => sum + count, 0);
  };
  await until('all are told', async () => (await keptKeys()) >= 1 + 901);
  const stats = await control.info('commandstats');
  const scripts = [...stats.matchAll(/^cmdstat_eval(?:sha)?:calls=(\d+)/gm)].reduce((sum, [, calls]) => sum + Number(calls), 0);
  expect(scripts).toBe(2);
});
