import { afterEach, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import type { ErrorFrame } from '../../src/protocol/frame.ts';
import { rawRequest } from '../support/raw-http.ts';
import { RawStream } from '../support/raw-stream.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';

const started: ServerProcess[] = [];
async function start(environment: Record<string, string>): Promise<ServerProcess> {
  const server = await startServerProcess(environment);
  started.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(started.splice(0).map((server) => server.stop('SIGKILL')));
});

const FOREVER_MS = '600000';
const join = (server: ServerProcess, count: number) => Promise.all(Array.from({ length: count }, () => Viewer.join(server.url, 'r')));
const messagesOf = (server: ServerProcess) => server.log.map((line) => (JSON.parse(line) as { msg: string }).msg);
const farewellOf = ({ frames }: Viewer) => frames.flatMap((frame): ErrorFrame[] => ('error' in frame ? [frame.error] : []));

test('viewers are told one after the other when to come back; those who are still here go on, and nobody new is let in', async () => {
  const server = await start({ DRAIN_MS: '8000' });
  const viewers = await join(server, 8);
  const streams = await Promise.all([1, 2, 3, 4].map(() => RawStream.open(`${server.url}/v1/rooms/r/stream`)));
  const cursor = (await viewers[0]?.joined())?.cursor;
  const polls = [1, 2, 3, 4].map(() => rawRequest(`${server.url}/v1/rooms/r/events?wait=30&cursor=${cursor}`));
  await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms/r`)).json()).online).toBe(16);

  const stopped = server.stop();
  const first = await Promise.race(viewers.map((viewer) => viewer.closed.then(() => viewer)));
  // The first of each transport goes at once, the others later: they live as before.
  expect((await post(`${server.url}/v1/rooms/r/comments`, { text: 'said meanwhile' })).status).toBe(200);
  expect(await (await fetch(`${server.url}/readyz`)).json()).toMatchObject({ error: { code: 'draining', temporary: true } });
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
  const late = new Viewer(server.url, { room: 'r' });
  expect(await late.closed).toBe(1006); // refused before it was a WebSocket
  for (const path of ['events', 'stream']) {
    const refused = await rawRequest(`${server.url}/v1/rooms/r/${path}`);
    expect([refused.status, Number(refused.headers['retry-after']) >= 1]).toEqual([503, true]);
    expect(JSON.parse(refused.body.toString())).toMatchObject({ error: { code: 'draining', temporary: true } });
  }

  expect(await stopped).toBe(0);
  expect(await Promise.all(viewers.map(({ closed }) => closed))).toEqual(viewers.map(() => CLOSE_CODES.draining));
  expect(first.texts).toEqual([]);
  expect(viewers.filter(({ texts }) => texts.includes('said meanwhile')).length).toBeGreaterThan(0);
  const farewells = viewers.map(farewellOf);
  expect(farewells.map((errors) => errors.map(({ code }) => code))).toEqual(viewers.map(() => ['draining']));
  const toldByStreams = streams.map((stream) => stream.of('draining').map(({ data }) => (data as { error: ErrorFrame }).error));
  const retries = [...farewells, ...toldByStreams].flat().map(({ retryAfterMs = 0 }) => retryAfterMs);
  expect(retries).toHaveLength(12);
  for (const retryMs of retries) expect(retryMs).toBeGreaterThanOrEqual(1000);
  expect(new Set(retries).size).toBeGreaterThan(6); // each its own
  // A browser's EventSource obeys the field.
  for (const [index, { text }] of streams.entries()) expect(text).toContain(`retry: ${toldByStreams[index]?.[0]?.retryAfterMs}\n`);
  // One was sent away, the others were told the comment.
  const answers = await Promise.all(polls);
  expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 503]);
  for (const { status, headers } of answers) expect(headers['retry-after'] !== undefined).toBe(status === 503);
});

test('the log tells the steps in their order', async () => {
  const server = await start({ DRAIN_MS: '0' });
  await join(server, 3);
  expect(await server.stop()).toBe(0);
  await expect.poll(() => messagesOf(server).at(-1)).toBe('stopped');
  expect(messagesOf(server).slice(-4)).toEqual([
    'stopping: no new viewers are taken',
    'every viewer has been told to come back elsewhere',
    'every append has been answered',
    'stopped',
  ]);
});

test('with nobody here it ends at once, however long viewers would have', async () => {
  const server = await start({ DRAIN_MS: FOREVER_MS });
  const [viewer] = await join(server, 1);
  await viewer?.leave();
  expect(await server.stop()).toBe(0);
});

test('with nobody left it ends, however long viewers would have had', async () => {
  const server = await start({ DRAIN_MS: FOREVER_MS });
  const viewers = await join(server, 3);
  const stopped = server.stop();
  await Promise.race(viewers.map(({ closed }) => closed));
  for (const viewer of viewers) viewer.socket.close();
  expect(await stopped).toBe(0);
});

test('a second signal ends it at once', async () => {
  const server = await start({ DRAIN_MS: FOREVER_MS });
  const viewers = await join(server, 3);
  const stopped = server.stop('SIGTERM');
  await Promise.race(viewers.map(({ closed }) => closed));
  server.process.kill('SIGINT');
  expect(await stopped).toBe(1);
  await expect.poll(() => messagesOf(server).at(-1)).toBe('a second signal: ended at once');
});
