import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Batch } from '../../src/protocol/event.ts';
import { answerOf, rawRequest } from '../support/raw-http.ts';
import { RawStream } from '../support/raw-stream.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const READERS = 40;
const READY = { interval: 20, timeout: 40_000 };
let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20' });
});
afterAll(async () => {
  await server.stop();
});

const open = (room: string) => RawStream.open(`${server.url}/v1/rooms/${room}/stream`);
const say = (room: string, text: string) => post(`${server.url}/v1/rooms/${room}/comments`, { text });
const online = async (room: string): Promise<number> => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).online;
const textsOf = (stream: RawStream) =>
  stream.of('batch').flatMap(({ data }) => (data as Batch).events.flatMap((event) => ('comment' in event ? [event.comment.text] : [])));

// The library cuts an HTTP connection that is idle for 10 s.
test.concurrent('a stream that nothing happens on lives on by its heartbeats', async ({ expect }) => {
  const stream = await open('quiet');
  const heartbeats = () => stream.messages.filter((message) => message.some(({ field }) => field === ''));
  await expect.poll(() => heartbeats().length, READY).toBeGreaterThanOrEqual(1);
  expect(heartbeats().every((message) => message.length === 1)).toBe(true);
  expect(stream.hasEnded).toBe(false);
  await say('quiet', 'still there?');
  await expect.poll(() => textsOf(stream)).toEqual(['still there?']);
  stream.close();
});

test.concurrent('a long poll that nothing comes for outlives that time as well', async ({ expect }) => {
  const url = `${server.url}/v1/rooms/patient/events`;
  const { cursor } = answerOf(await rawRequest(url));
  expect(answerOf(await rawRequest(`${url}?wait=13&cursor=${cursor}`))).toMatchObject({ recovered: true, cursor, batches: [] });
});

test('readers that go are forgotten, whether they close or are cut', async () => {
  const metric = async () =>
    /^barrage_connections\{transport="(?!websocket)[a-z_]*"\} ([1-9]\d*)$/m.exec(await (await fetch(`${server.url}/metrics`)).text())?.[1];
  await expect.poll(metric, READY).toBeUndefined();
  const streams = await Promise.all(Array.from({ length: READERS }, () => open('crowd')));
  await expect.poll(() => online('crowd')).toBe(READERS);
  expect(await metric()).toBe(String(READERS));
  await say('crowd', 'all of you');
  for (const stream of streams) await expect.poll(() => textsOf(stream)).toEqual(['all of you']);
  for (const stream of streams.slice(1)) stream.close();
  await expect.poll(() => online('crowd')).toBe(1);
  await say('crowd', 'the last');
  await expect.poll(() => streams[0] && textsOf(streams[0])).toEqual(['all of you', 'the last']);
  streams[0]?.close();
  await expect.poll(() => online('crowd')).toBe(0);
  await expect.poll(metric).toBeUndefined();
});

test('a server that drains tells what is pending, says so, and ends the stream', async () => {
  const stopping = await startServerProcess({ FLUSH_MS: '1000' });
  const stream = await RawStream.open(`${stopping.url}/v1/rooms/r/stream`);
  const texts = ['first', 'waits for its window', 'so does this'];
  for (const text of texts) await post(`${stopping.url}/v1/rooms/r/comments`, { text });
  expect(await stopping.stop('SIGTERM')).toBe(0);
  await expect.poll(() => stream.hasEnded).toBe(true);
  expect(textsOf(stream)).toEqual(texts);
  expect(stream.of('draining')).toMatchObject([
    { data: { error: { code: 'draining', temporary: true, retryAfterMs: expect.any(Number) } } },
  ]);
  expect(stream.messages.at(-1)).toContainEqual({ field: 'event', value: 'draining' });
});
