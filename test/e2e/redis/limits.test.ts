import { expect, onTestFinished, test } from 'vitest';
import { mintToken } from '../../../src/auth/mint-token.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';
import { post } from '../../support/viewer.ts';
import { Samples } from '../samples.ts';

const AUTH_SECRET = 'a secret of the tests, long enough';
const COUNT = 5;
// So long that it does not end within a test.
const WINDOW_MS = 3_600_000;
const LIMITS = { COMMENT_LIMIT: `${COUNT}/${WINDOW_MS / 1000}` };

async function startTwo(redis: RedisServer): Promise<[ServerProcess, ServerProcess]> {
  const start = async () => {
    const server = await startServerProcess({ REDIS_URL: redis.url, AUTH_SECRET, ...LIMITS });
    onTestFinished(async () => void (await server.stop('SIGKILL')));
    return server;
  };
  return [await start(), await start()];
}

async function speaker(id: string) {
  const contents = { user: { id, name: id }, role: 'viewer', rooms: 'all', expiresAt: Date.now() + 600_000 } as const;
  const headers = { Authorization: `Bearer ${await mintToken(contents, { secret: AUTH_SECRET })}` };
  let said = 0;
  /** Says something in one of the rooms. Nothing when that is taken, else for how long to wait. */
  return async (server: ServerProcess): Promise<number | undefined> => {
    const { status, body } = await post(`${server.url}/v1/rooms/r/comments`, { text: `comment ${++said} of ${id}` }, headers);
    if (status === 200) return undefined;
    const { error } = body as { error: { code: string; retryAfterMs: number } };
    expect([status, error.code]).toEqual([429, 'slow_down']);
    return error.retryAfterMs;
  };
}

/** How many calls about limits Redis has answered this process. */
const answered = async (server: ServerProcess) =>
  (await Samples.of(server)).sum('barrage_redis_call_seconds_count', { kind: 'limits', outcome: 'answered' });

/** What Redis keeps of one user. */
async function pointsOf(redis: RedisServer, user: string): Promise<number> {
  return redis.ask(async (client) => {
    const hashes = await client.keys('barrage:{limit:comments:*');
    const kept = await Promise.all(hashes.map((hash) => client.hget(hash, `user ${user}`)));
    return Math.max(...kept.map((text) => Number(text?.split(' ')[0] ?? 0)));
  });
}

test('who has spent its comments at one process is found out at the other with the first that it says there, and pays for it', async () => {
  const redis = await RedisServer.start();
  const [a, b] = await startTwo(redis);
  const [ann, bea] = [await speaker('ann'), await speaker('bea')];
  for (let n = 0; n < COUNT; n++) expect(await ann(a)).toBeUndefined();
  expect(await ann(a)).toBeGreaterThan(0);
  await until('it is told', async () => (await pointsOf(redis, 'ann')) === COUNT);
  expect(await ann(b)).toBeUndefined();
  await until('the other is answered', async () => (await answered(b)) > 0);
  const retryAfterMs = (await ann(b)) ?? 0;
  expect(retryAfterMs).toBeGreaterThan(((COUNT + 1) / COUNT) * WINDOW_MS - 60_000);
  expect(retryAfterMs).toBeLessThanOrEqual(((COUNT + 1) / COUNT) * WINDOW_MS);
  for (let n = 0; n < COUNT; n++) expect(await bea(n % 2 ? a : b)).toBeUndefined();
});

test('who floods both at once gets what each lets in before it knows, and then nothing for twice as long', async () => {
  const redis = await RedisServer.start();
  const servers = await startTwo(redis);
  const flooder = await speaker('flooder');
  const flood = () => Promise.all(Array.from({ length: 40 }, (_, n) => flooder(servers[n % 2] ?? servers[0])));
  const taken = (await flood()).filter((retryAfterMs) => retryAfterMs === undefined).length;
  expect(taken).toBeGreaterThanOrEqual(COUNT);
  expect(taken).toBeLessThanOrEqual(2 * COUNT);
  await until('both are told', async () => (await pointsOf(redis, 'flooder')) === taken);
  for (const server of servers) await until('it is answered', async () => (await answered(server)) > 0);
  const waits = await flood();
  expect(waits.filter((retryAfterMs) => retryAfterMs === undefined)).toEqual([]);
  const longest = Math.max(...waits.map((retryAfterMs) => retryAfterMs ?? 0));
  expect(longest).toBeGreaterThan((taken / COUNT) * WINDOW_MS - 60_000);
});
