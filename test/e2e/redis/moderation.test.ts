import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../../src/client/connect.ts';
import type { Transport } from '../../../src/client/transport.ts';
import type { Connection } from '../../../src/client/types.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../../support/server-process.ts';
import { until } from '../../support/until.ts';

// What is done at one process, as it is seen at another, by every transport.

const TRANSPORTS: Transport[] = ['websocket', 'stream', 'long-poll', 'short-poll'];
// In a quiet room a short poll comes every ten seconds, and where the machine is full up to sixfold and a quarter later.
const POLLED_MS = 90_000;

let redis: RedisServer;
let here: ServerProcess;
let there: ServerProcess;
const start = () => startServerProcess({ REDIS_URL: redis.url });
beforeAll(async () => {
  redis = await RedisServer.start();
  [here, there] = await Promise.all([start(), start()]);
});
afterAll(async () => {
  await Promise.all([here.stop(), there.stop()]);
  await redis.stop();
});

async function post(server: ServerProcess, path: string, body: unknown) {
  const response = await fetch(`${server.url}/v1/rooms/${path}`, { method: 'POST', body: JSON.stringify(body) });
  return (await response.json()) as { ref?: string; result?: string; error?: { code: string } };
}

const say = (server: ServerProcess, room: string, text: string, id = 'u1') =>
  post(server, `${room}/comments`, { text, user: { id, name: id } });

interface Watcher {
  readonly connection: Connection;
  readonly texts: string[];
  readonly retracted: string[];
}

async function watch(server: ServerProcess, room: string, transport: Transport): Promise<Watcher> {
  const texts: string[] = [];
  const retracted: string[] = [];
  const connection = connect({ url: server.url, room, transport, WebSocket });
  connection.on('event', (event) => {
    if ('comment' in event) texts.push(event.comment.text);
    if ('retract' in event) retracted.push(...event.retract.refs);
  });
  await new Promise<void>((resolve) => connection.on('joined', () => resolve()));
  return { connection, texts, retracted };
}

test('a deletion is told at the other process by every transport, and a mute holds there', async () => {
  const watchers = await Promise.all(TRANSPORTS.map((transport) => watch(there, 'told', transport)));
  const { ref } = await say(here, 'told', 'rude');
  await until('all have seen it', () => watchers.every(({ texts }) => texts.includes('rude')), POLLED_MS);
  expect(await post(here, 'told/moderation', { delete: { refs: [ref] } })).toMatchObject({ result: 'applied' });
  expect(await post(here, 'told/moderation', { mute: { user: 'u1', seconds: 600 } })).toMatchObject({ result: 'applied' });
  await until('all are told', () => watchers.every(({ retracted }) => retracted.includes(ref ?? '')), POLLED_MS);
  await until('it holds there', async () => (await say(there, 'told', `${Math.random()}`)).error?.code === 'muted');
  for (const { connection } of watchers) connection.close();
}, 240_000);

test('of two moderators at two processes one lets a held comment through, and it is said once', async () => {
  const holding = await startServerProcess({ REDIS_URL: redis.url, LINKS: 'hold' });
  try {
    expect((await say(holding, 'held', 'see https://a.example')).error?.code).toBe('held_for_review');
    const seen = async (server: ServerProcess) => {
      const response = await fetch(`${server.url}/v1/rooms/held/moderation`);
      return ((await response.json()) as { held: { id: string }[] }).held;
    };
    await until('both know', async () => (await seen(here)).length === 1 && (await seen(there)).length === 1);
    const [held] = await seen(here);
    const approve = { approve: { id: held?.id } };
    const done = await Promise.all([post(here, 'held/moderation', approve), post(there, 'held/moderation', approve)]);
    expect(done.map(({ result }) => result).sort()).toEqual(['applied', 'unchanged']);
    const watcher = await watch(there, 'held', 'short-poll');
    await until('it is said', () => watcher.texts.length > 0);
    expect(watcher.texts).toEqual(['see https://a.example']);
    watcher.connection.close();
  } finally {
    await holding.stop();
  }
});

test('what was done survives every process, and the room itself', async () => {
  // More than the log keeps.
  for (let n = 0; n < 300; n += 20) {
    await Promise.all(Array.from({ length: 20 }, (_, more) => post(here, 'kept/moderation', { ban: { user: `u${n + more}` } })));
  }
  await Promise.all([here.stop(), there.stop()]);
  [here, there] = await Promise.all([start(), start()]);
  expect((await say(there, 'kept', 'hi', 'u0')).error?.code).toBe('banned');
  expect((await say(here, 'kept', 'hi', 'u299')).error?.code).toBe('banned');
  expect((await say(here, 'kept', 'hi', 'u300')).error?.code).toBeUndefined();
  expect(here.log.join('\n') + there.log.join('\n')).not.toContain('not known any more');
});
