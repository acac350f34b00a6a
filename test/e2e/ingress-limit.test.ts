import { afterAll, beforeAll, expect, test } from 'vitest';
import { type RawReply, rawRequest } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';
import { Samples } from './samples.ts';

const PER_SECOND = 100;
const user = { id: 'u1', name: 'Ann' };

let server: ServerProcess;
let rooms = 0;
beforeAll(async () => {
  server = await startServerProcess({ INGRESS_PER_SECOND: String(PER_SECOND), FLUSH_MS: '20', CHAT_PER_SECOND: '1000' });
});
afterAll(async () => {
  await server.stop();
});

const newRoom = () => `room-${++rooms}`;
const comments = (count: number) => Array.from({ length: count }, (_, index) => ({ comment: { user, text: `${index}` } }));
const gift = { gift: { user, giftId: 'rose', value: 1 } };
const publish = (room: string, events: readonly unknown[], headers: Record<string, string> = {}) =>
  post(`${server.url}/v1/rooms/${room}/events`, { events }, headers);
const roomOf = async (room: string) => (await fetch(`${server.url}/v1/rooms/${room}`)).json();
const errorOf = ({ body }: RawReply) => (JSON.parse(body.toString()) as { error: { code: string; retryAfterMs?: number } }).error;

/** Says as much at once as there is place for, and as much again where there is place for one: the room then takes no more for a second. */
async function fill(room: string): Promise<void> {
  for (const _ of ['all', 'one']) {
    await expect.poll(async () => (await publish(room, comments(PER_SECOND))).status, { interval: 0 }).toBe(200);
  }
}

test('comments past the bound are refused for now, and HTTP says when to come again, in both units', async () => {
  const room = newRoom();
  await fill(room);
  const path = `${server.url}/v1/rooms/${room}`;
  const refused = await rawRequest(`${path}/events`, { method: 'POST', body: JSON.stringify({ events: comments(PER_SECOND) }) });
  expect(refused.status).toBe(503);
  const { retryAfterMs = 0, ...error } = errorOf(refused);
  expect(error).toEqual({ code: 'room_busy', message: expect.any(String), temporary: true });
  // A hundred find place within a second.
  expect(retryAfterMs).toBeGreaterThan(0);
  expect(retryAfterMs).toBeLessThanOrEqual(1000);
  expect(refused.headers['retry-after']).toBe(String(Math.ceil(retryAfterMs / 1000)));
});

test('a viewer’s own comment is refused alike: over HTTP, and over WebSocket by its id', async () => {
  const room = newRoom();
  const viewer = await Viewer.join(server.url, room, { codec: 'json' });
  await fill(room);
  const say = () => rawRequest(`${server.url}/v1/rooms/${room}/comments`, { method: 'POST', body: JSON.stringify({ text: 'hi' }) });
  await expect.poll(async () => (await say()).status, { interval: 0 }).toBe(503);
  let id = 0;
  const refusal = async () => {
    viewer.send({ id: ++id, comment: { text: 'hi' } });
    return viewer.find((frame) => {
      if ('ack' in frame && frame.ack.id === id) return { code: 'taken' };
      return 'error' in frame && frame.error.id === id ? frame.error : undefined;
    });
  };
  // As many as find place in the time that they take, and then one that does not.
  await expect.poll(refusal, { interval: 0 }).toMatchObject({ code: 'room_busy', temporary: true, retryAfterMs: expect.any(Number) });
});

test('gifts, likes and other rooms are not held up', async () => {
  const room = newRoom();
  const viewer = await Viewer.join(server.url, room, { codec: 'json' });
  await fill(room);
  expect(
    await publish(
      room,
      Array.from({ length: 100 }, () => gift),
    ),
  ).toMatchObject({ status: 200 });
  expect(await publish(room, [{ notice: { text: 'be patient' } }, { like: { count: 5 } }])).toMatchObject({ status: 200 });
  expect(await viewer.command({ like: { count: 1 } })).toEqual({ ref: undefined });
  await viewer.event((event) => 'notice' in event);
  expect(await publish(newRoom(), comments(PER_SECOND))).toMatchObject({ status: 200 });
});

test('a POST of gifts and more comments than find place is refused whole, and nothing of it is stored', async () => {
  const room = newRoom();
  const viewer = await Viewer.join(server.url, room, { codec: 'json' });
  await fill(room);
  const refused = async () => (await publish(room, [gift, ...comments(98), gift])).status;
  await expect.poll(refused, { interval: 0 }).toBe(503);
  const { cursor, likes } = await roomOf(room);
  expect([cursor, likes]).toEqual([expect.stringMatching(/^\w+\.0\.\d+$/), 0]);
  await publish(room, [gift]);
  expect(await viewer.event((event) => 'gift' in event)).toMatchObject({ offset: 1 });
});

test('whoever comes again after the time that was told is taken in, under the same Idempotency-Key as well', async () => {
  const room = newRoom();
  await fill(room);
  const headers = { 'idempotency-key': 'k' };
  const first = await publish(room, comments(50), headers);
  expect(first).toMatchObject({ status: 503, body: { error: { code: 'room_busy' } } });
  const again = () => publish(room, comments(50), headers);
  const stored: unknown[] = [];
  await expect
    .poll(async () => {
      const { status, body } = await again();
      if (status === 200) stored.push(body);
      return status;
    })
    .toBe(200);
  // Once stored it is answered as it was then.
  await expect.poll(again).toEqual({ status: 200, body: stored[0] });
});

test('what was refused is counted by lane, and as a refusal', async () => {
  const room = newRoom();
  await fill(room);
  const before = await Samples.of(server);
  const { status } = await publish(room, [gift, ...comments(99)]);
  expect(status).toBe(503);
  const after = await Samples.of(server);
  const grown = (name: string, labels: Record<string, string>) => after.sum(name, labels) - before.sum(name, labels);
  expect(grown('barrage_events_total', { lane: 'chat', verdict: 'refused' })).toBe(99);
  expect(grown('barrage_events_total', { lane: 'priority', verdict: 'refused' })).toBe(1);
  expect(grown('barrage_refusals_total', { code: 'room_busy' })).toBe(1);
  expect(grown('barrage_events_total', { verdict: 'accepted' })).toBe(0);
});
