import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerOf, begin, rawRequest } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const WAITERS = 40;
let server: ServerProcess;
let rooms = 0;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20' });
});
afterAll(async () => {
  await server.stop();
});

const newRoom = () => `room-${++rooms}`;
const eventsOf = (room: string, query = '') => `${server.url}/v1/rooms/${room}/events${query}`;
const ask = async (room: string, query = '') => answerOf(await rawRequest(eventsOf(room, query)));
const say = (room: string, text: string) => post(`${server.url}/v1/rooms/${room}/comments`, { text });
const online = async (room: string): Promise<number> => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).online;
const textsOf = ({ batches }: Awaited<ReturnType<typeof ask>>) =>
  batches.flatMap(({ events }) => events.flatMap((event) => ('comment' in event ? [event.comment.text] : [])));
/** The gauges of open connections that are not at 0. */
const openConnections = async () =>
  (await (await fetch(`${server.url}/metrics`)).text()).split('\n').filter((line) => /^barrage_connections\{.*\} [1-9]/.test(line));

test('a long poll without a cursor, or behind the room, is answered at once', async () => {
  const room = newRoom();
  const { epoch } = await ask(room, '?wait=30');
  await say(room, 'a');
  expect(textsOf(await ask(room, `?wait=30&cursor=${epoch}.0.0`))).toEqual(['a']);
  expect(await ask(room, '?wait=30&cursor=other.0.0')).toMatchObject({ recovered: false });
  // A flush that comes later than the answer is waited for.
  expect(textsOf(await ask(room, `?wait=30&cursor=${epoch}.0.0&limit=1`))).toEqual(['a']);
});

test.each(['comment', 'notice'])('a long poll is answered by the next %s, and by nothing of the ambient lane', async (kind) => {
  const room = newRoom();
  const { cursor, epoch } = await ask(room);
  let isAnswered = false;
  const waiting = ask(room, `?wait=30&cursor=${cursor}`).finally(() => {
    isAnswered = true;
  });
  await expect.poll(() => online(room)).toBeGreaterThanOrEqual(1);
  await post(eventsOf(room), { events: [{ like: { count: 3 } }, { enter: { user: { id: 'u1', name: 'Ann' } } }] });
  await expect.poll(async () => (await ask(room)).batches).toMatchObject([{ lane: 'ambient' }]);
  expect(isAnswered).toBe(false);
  const event = kind === 'comment' ? { comment: { user: { id: 'u1', name: 'Ann' }, text: 'now' } } : { notice: { text: 'now' } };
  await post(eventsOf(room), { events: [event] });
  const answer = await waiting;
  expect(answer).toMatchObject({ recovered: true, more: false, cursor: kind === 'comment' ? `${epoch}.0.1` : `${epoch}.1.0` });
  expect(answer.batches).toMatchObject([
    { lane: kind === 'comment' ? 'chat' : 'priority', from: 0, to: 1, events: [event] },
    { lane: 'ambient', events: [{ like: { count: 0, total: 3 } }] },
  ]);
});

test('a long poll that nothing comes for is answered at its end, where it stood', async () => {
  const room = newRoom();
  const { cursor } = await ask(room);
  expect(await ask(room, `?wait=1&cursor=${cursor}`)).toMatchObject({ recovered: true, more: false, cursor, batches: [] });
});

test('a long poll that was told more by another process waits a moment for this one to hear of it; then its cursor is of no use', async () => {
  const room = newRoom();
  const { epoch } = await ask(room);
  const waiting = ask(room, `?wait=2&cursor=${epoch}.0.1`);
  await expect.poll(openConnections).toHaveLength(1);
  await say(room, 'told elsewhere');
  expect(await waiting).toMatchObject({ recovered: true, cursor: `${epoch}.0.1`, batches: [] });
  expect(await ask(room, `?wait=30&cursor=${epoch}.0.3`)).toMatchObject({ recovered: false, cursor: `${epoch}.0.1` });
});

test('one event answers everyone who waits, with the same events', async () => {
  const room = newRoom();
  const { cursor } = await ask(room);
  const waiting = Array.from({ length: WAITERS }, () => ask(room, `?wait=30&cursor=${cursor}`));
  await expect.poll(() => online(room)).toBeGreaterThanOrEqual(WAITERS);
  await say(room, 'all of you');
  const answers = await Promise.all(waiting);
  for (const answer of answers) expect([answer.recovered, textsOf(answer)]).toEqual([true, ['all of you']]);
  expect(new Set(answers.map(({ cursor: reached }) => reached)).size).toBe(1);
});

test('long polls that are given up leave nothing behind', async () => {
  const room = newRoom();
  const { cursor } = await ask(room);
  await expect.poll(openConnections, { timeout: 20_000 }).toEqual([]);
  const given = Array.from({ length: WAITERS }, () => new AbortController());
  const waiting = given.map(({ signal }) => fetch(eventsOf(room, `?wait=30&cursor=${cursor}`), { signal }).catch(() => 'given up'));
  await expect.poll(() => online(room)).toBeGreaterThanOrEqual(WAITERS);
  expect(await openConnections()).toHaveLength(1);
  for (const one of given) one.abort();
  expect(new Set(await Promise.all(waiting))).toEqual(new Set(['given up']));
  await expect.poll(openConnections).toEqual([]);
  await say(room, 'to nobody');
  await expect.poll(() => online(room), { timeout: 40_000 }).toBe(0);
});

test('a connection that ends while its long poll waits is forgotten, however it ends', async () => {
  const room = newRoom();
  const { cursor } = await ask(room);
  const url = eventsOf(room, `?wait=30&cursor=${cursor}`);
  const never = begin(url, { headers: { connection: 'keep-alive' } });
  never.then((response) => response.destroy()).catch(() => 'the server stops some time');
  await expect.poll(() => online(room)).toBeGreaterThanOrEqual(1);
  await say(room, 'a');
  expect((await never).statusCode).toBe(200);
  await expect.poll(openConnections).toEqual([]);
});

test('one’s own comment is there by the next flush, and nothing else is', async () => {
  const room = newRoom();
  let { cursor } = await ask(room);
  for (const text of ['one', 'two', 'three', 'four', 'five']) {
    await say(room, text);
    let answer = await ask(room, `?cursor=${cursor}`);
    // At most a window of 20 ms; asked until it is there.
    for (let asked = 0; answer.batches.length === 0 && asked < 1000; asked++) answer = await ask(room, `?cursor=${cursor}`);
    expect(textsOf(answer)).toEqual([text]);
    cursor = answer.cursor;
  }
});
