import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { ErrorCode } from '../../src/protocol/error-catalog.ts';
import { rawRequest } from '../support/raw-http.ts';
import { RawStream } from '../support/raw-stream.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const user = { id: 'u1', name: 'Ann' };
let server: ServerProcess;
let rooms = 0;
let streams: RawStream[] = [];
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20', HISTORY_SIZE: '32' });
});
afterAll(async () => {
  await server.stop();
});
afterEach(() => {
  for (const stream of streams) stream.close();
  streams = [];
});

const newRoom = () => `room-${++rooms}`;
const streamOf = (room: string, query = '') => `${server.url}/v1/rooms/${room}/stream${query}`;
const publish = (room: string, events: readonly unknown[]) => post(`${server.url}/v1/rooms/${room}/events`, { events });
const comment = (text: string) => ({ comment: { user, text } });
const epochOf = async (room: string): Promise<string> => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).epoch;

async function open(room: string, { query = '', headers = {} }: { query?: string; headers?: Record<string, string> } = {}) {
  const stream = await RawStream.open(streamOf(room, query), { headers });
  streams.push(stream);
  return stream;
}

test('the headers: an event stream that nothing in between keeps, compresses or gathers', async () => {
  const { status, headers } = await open(newRoom());
  expect(status).toBe(200);
  expect(headers['content-type']).toMatch(/^text\/event-stream(; ?charset=utf-8)?$/i);
  expect(headers['cache-control']).toMatch(/no-store|no-cache/);
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers['content-length']).toBeUndefined();
  expect(headers['access-control-allow-origin']).toBe('*');
});

test('the stream to the letter: retry, joined, and a batch with the cursor after it', async () => {
  const room = newRoom();
  const stream = await open(room);
  await expect.poll(() => stream.of('joined')).toHaveLength(1);
  const epoch = await epochOf(room);
  await publish(room, [comment('你好 🎆')]);
  await expect.poll(() => stream.of('batch').filter(({ id }) => id)).toHaveLength(1);
  const [joined, first] = [stream.of('joined')[0]?.data, stream.of('batch').find(({ id }) => id)?.data];
  expect(joined).toEqual({ room, epoch, cursor: `${epoch}.0.0`, recovered: true, online: 1 });
  expect(first).toMatchObject({ lane: 'chat', from: 0, to: 1, events: [{ offset: 1, comment: { user, text: '你好 🎆' } }] });
  // Whatever ambient batches came beside: they have no id.
  const text = stream.text.replaceAll(/event: batch\ndata: \{"lane":"ambient","events":\[[^\n]*\]\}\n\n/g, '').replaceAll(/^:.*\n\n/gm, '');
  expect(text).toMatch(/^retry: 2000\n(\n)?event: joined\n/);
  expect(text.replace(/^retry: 2000\n(\n)?/, '')).toBe(
    `event: joined\nid: ${epoch}.0.0\ndata: ${JSON.stringify(joined)}\n\nevent: batch\nid: ${epoch}.0.1\ndata: ${JSON.stringify(first)}\n\n`,
  );
});

test('ids name the cursor after each batch, over both lanes; ambient batches have none', async () => {
  const room = newRoom();
  const stream = await open(room);
  await publish(room, [comment('a'), { notice: { text: 'n' } }, comment('b'), { like: { count: 3 } }]);
  await expect.poll(() => stream.of('batch').filter(({ data }) => (data as { lane: string }).lane === 'ambient')).not.toEqual([]);
  await expect.poll(() => stream.of('batch').filter(({ id }) => id)).toHaveLength(2);
  const epoch = await epochOf(room);
  const ids = stream.of('batch').map(({ id, data }) => [(data as { lane: string }).lane, id]);
  expect(ids.filter(([lane]) => lane !== 'ambient')).toEqual([
    ['priority', `${epoch}.1.0`],
    ['chat', `${epoch}.1.2`],
  ]);
  for (const [lane, id] of ids) if (lane === 'ambient') expect(id).toBeUndefined();
});

test('history comes as batches behind joined, whose id is where they go on from', async () => {
  const room = newRoom();
  await publish(room, [...Array.from({ length: 20 }, (_, index) => comment(`c${index + 1}`)), { notice: { text: 'n' } }]);
  const epoch = await epochOf(room);
  await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).cursor).toBe(`${epoch}.1.20`);
  const stream = await open(room);
  await expect.poll(() => stream.of('batch').filter(({ id }) => id)).toHaveLength(2);
  expect(stream.of('joined')).toMatchObject([{ id: `${epoch}.0.5`, data: { recovered: true, cursor: expect.any(String) } }]);
  expect(stream.of('batch').filter(({ id }) => id)).toMatchObject([
    { id: `${epoch}.1.5`, data: { lane: 'priority', from: 0, to: 1 } },
    { id: `${epoch}.1.20`, data: { lane: 'chat', from: 5, to: 20 } },
  ]);
});

test('Last-Event-ID goes before the cursor of the address, which an EventSource asks with again', async () => {
  const room = newRoom();
  await publish(room, [comment('a'), comment('b'), comment('c')]);
  const epoch = await epochOf(room);
  await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).cursor).toBe(`${epoch}.0.3`);
  const stream = await open(room, { query: `?cursor=${epoch}.0.0`, headers: { 'last-event-id': `${epoch}.0.2` } });
  await expect.poll(() => stream.of('batch').filter(({ id }) => id)).toMatchObject([{ data: { from: 2, to: 3 } }]);
  expect(stream.of('joined')).toMatchObject([{ id: `${epoch}.0.2`, data: { recovered: true } }]);
  const unset = await open(room, { query: `?cursor=${epoch}.0.1`, headers: { 'last-event-id': '' } });
  await expect.poll(() => unset.of('batch').filter(({ id }) => id)).toMatchObject([{ data: { from: 1, to: 3 } }]);
});

test('a cursor that cannot be continued is told in joined, with the newest behind', async () => {
  const room = newRoom();
  await publish(room, [comment('a')]);
  for (const headers of [{ 'last-event-id': 'other.0.0' }, { 'last-event-id': `${await epochOf(room)}.0.7` }]) {
    const stream = await open(room, { headers });
    await expect.poll(() => stream.of('batch').filter(({ id }) => id)).toMatchObject([{ data: { from: 0, to: 1 } }]);
    expect(stream.of('joined')).toMatchObject([{ data: { recovered: false } }]);
  }
});

const rows: [what: string, room: string, query: string, headers: Record<string, string>, code: ErrorCode][] = [
  ['a bad room', 'no%20room', '', {}, 'invalid_room'],
  ['a bad cursor', 'r', '?cursor=yesterday', {}, 'invalid_cursor'],
  ['a bad Last-Event-ID', 'r', '', { 'last-event-id': 'yesterday' }, 'invalid_cursor'],
  ['a bad Last-Event-ID beside a good cursor', 'r', '?cursor=e1.0.0', { 'last-event-id': '7' }, 'invalid_cursor'],
];
test.each(rows)('%s is answered 400, which ends an EventSource for good', async (_, room, query, headers, code) => {
  const { status, headers: answered, body } = await rawRequest(streamOf(room, query), { headers });
  expect([status, answered['content-type']]).toEqual([400, 'application/json']);
  expect(JSON.parse(body.toString())).toMatchObject({ error: { code, temporary: false } });
});

test.each(['HEAD', 'POST'] as const)('%s is refused, and counts nobody', async (method) => {
  const room = newRoom();
  const { status, headers } = await rawRequest(streamOf(room), { method });
  expect([status, headers.allow]).toEqual([405, expect.stringMatching(/^GET, /)]);
  expect((await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).online).toBe(0);
});
