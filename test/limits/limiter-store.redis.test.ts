import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { memoryStore, redisStore } from '../../src/limits/limiter-store.ts';
import { RateLimit } from '../../src/limits/rate-limit.ts';
import { metrics } from '../support/metrics.ts';
import { RedisServer } from '../support/redis-server.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

// A window so long that it does not end within a test.
const RATE = { count: 5, seconds: 1000 };

function limitOf(client: Redis, prefix = 'a:'): RateLimit {
  const store = redisStore({ client, prefix, insurance: memoryStore({ metrics }) });
  return new RateLimit({ name: 'comments', limiter: store('comments', RATE), metrics });
}

/** Before it is ready, the insurance counts. */
async function readyClient(of: RedisServer): Promise<Redis> {
  const client = of.client();
  await client.ping();
  return client;
}

async function taken(limits: readonly RateLimit[], times: number): Promise<number> {
  let count = 0;
  for (let n = 0; n < times; n++) if ((await limits[n % limits.length]?.take('u1'))?.ok) count++;
  return count;
}

test('two processes count together', async () => {
  const limits = [limitOf(await readyClient(server), 'two:'), limitOf(await readyClient(server), 'two:')];
  expect(await taken(limits, 20)).toBe(5);
  const answer = await limits[0]?.take('u1');
  expect(answer).toMatchObject({ ok: false, refusal: { code: 'slow_down' } });
});

test('keys stand under the prefix, expire, and are apart by prefix', async () => {
  const client = await readyClient(server);
  expect(await taken([limitOf(client, 'one:')], 1)).toBe(1);
  expect(await client.ttl('one:limit:comments:u1')).toBeGreaterThan(900);
  expect(await taken([limitOf(client, 'other:')], 5)).toBe(5);
});

test('who has spent all is refused without asking Redis', async () => {
  const client = await readyClient(server);
  const limit = limitOf(client, 'flood:');
  await taken([limit], 6);
  await client.set('flood:limit:comments:u1', 0);
  expect(await taken([limit], 100)).toBe(0);
  expect(await client.get('flood:limit:comments:u1')).toBe('0');
});

test('while Redis is away each process counts for itself', async () => {
  const mortal = await RedisServer.start();
  const client = await readyClient(mortal);
  client.on('error', () => undefined); // that it is away is what is tried
  const limit = limitOf(client);
  expect(await taken([limit], 1)).toBe(1);
  await mortal.stop();
  expect(await taken([limit], 20)).toBe(5);
});
