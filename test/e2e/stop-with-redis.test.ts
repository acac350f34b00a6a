import { afterEach, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { RedisServer } from '../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { post, Viewer } from '../support/viewer.ts';
import { Samples } from './samples.ts';

const started: ServerProcess[] = [];
async function start(redis: RedisServer, environment: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await startServerProcess({ REDIS_URL: redis.url, ...environment });
  started.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('SIGKILL')));
});

const GIFT = { events: [{ gift: { user: { id: 'u1', name: 'Ann' }, giftId: 'rose', value: 1 } }] };
const messagesOf = (server: ServerProcess) => server.log.map((line) => (JSON.parse(line) as { msg: string }).msg);

test('what was sent before the server stops is stored and acknowledged, however slow Redis is, and is there afterwards', async () => {
  const redis = await RedisServer.start();
  const server = await start(redis);
  const viewer = await Viewer.join(server.url, 'r');
  const control = redis.client();
  await control.call('CLIENT', 'PAUSE', '60000', 'WRITE');
  const said = viewer.command({ comment: { text: 'on its way' } });
  // Of another room: a room's calls go one after the other.
  const given = post(`${server.url}/v1/rooms/s/events`, GIFT);
  await until('both are on their way', async () => (await Samples.of(server)).sum('barrage_redis_pending_entries') === 2);
  const stopped = server.stop();
  await until('it stops', () => messagesOf(server).includes('stopping: no new viewers are taken'));
  await control.call('CLIENT', 'UNPAUSE');
  expect(await said).toEqual({ ref: 'c1' });
  expect(await given).toMatchObject({ status: 200, body: { refs: ['p1'] } });
  expect(await stopped).toBe(0);
  expect(await viewer.closed).toBe(CLOSE_CODES.draining);
  const next = await start(redis);
  for (const [room, lane] of [
    ['r', 'chat'],
    ['s', 'priority'],
  ]) {
    const { batches } = (await (await fetch(`${next.url}/v1/rooms/${room}/events`)).json()) as { batches: Batch[] };
    expect(batches.map((batch) => [batch.lane, batch.to])).toEqual([[lane, 1]]);
  }
});

test('where Redis hangs it ends all the same, tells so, and acknowledges nothing', async () => {
  const redis = await RedisServer.start();
  const server = await start(redis);
  await Viewer.join(server.url, 'r');
  redis.pause();
  const given = post(`${server.url}/v1/rooms/r/events`, GIFT).catch(() => ({ status: 0 })); // cut off
  await fetch(`${server.url}/healthz`); // taken in after it
  const code = await server.stop();
  redis.resume();
  expect((await given).status).not.toBe(200);
  await until('the last line is there', () =>
    ['stopped', 'not stopped in time: ended with work undone'].includes(messagesOf(server).at(-1) ?? ''),
  );
  expect(messagesOf(server).at(-1)).toBe(code === 0 ? 'stopped' : 'not stopped in time: ended with work undone');
});
