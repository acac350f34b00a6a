import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { answerOf, plainBody, type RawOptions, rawRequest } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const user = { id: 'u1', name: 'Ann' };
const PROTOBUF = { accept: 'application/x-protobuf' };
// What the contract promises of a short poll's pace.
const MIN_POLL_MS = 750;
const MAX_POLL_MS = 60_000;

let server: ServerProcess;
let rooms = 0;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20' });
});
afterAll(async () => {
  await server.stop();
});

/** A room with `count` comments, a gift and likes, all flushed. */
async function filledRoom(count = 60): Promise<{ url: string; room: string; beginning: string }> {
  const room = `room-${++rooms}`;
  const gift = { user, giftId: 'rocket', name: 'Rocket', count: 3, combo: 12, value: 990 };
  const comments = Array.from({ length: count }, (_, index) => ({
    comment: { user, text: `前方高能 ${index} 🎆`, mode: 'top', color: index },
  }));
  await post(`${server.url}/v1/rooms/${room}/events`, { events: [{ gift }, ...comments, { like: { count: 41 } }] });
  const url = `${server.url}/v1/rooms/${room}/events`;
  await expect.poll(async () => answerOf(await rawRequest(url)).cursor).toMatch(new RegExp(`\\.1\\.${count}$`));
  const { epoch } = answerOf(await rawRequest(url));
  return { url, room, beginning: `${url}?cursor=${epoch}.0.0` };
}

const get = (url: string, headers: RawOptions['headers'] = {}) => rawRequest(url, { headers });

describe('ETag', () => {
  test('whoever asks again and nothing came is answered 304 without a body; what comes makes a new tag', async () => {
    const { url, room } = await filledRoom();
    const first = await get(url);
    const { etag = '' } = first.headers;
    expect(etag).toMatch(/^W\/"[!#-~]+"$/);
    const again = await get(url, { 'if-none-match': etag });
    expect([again.status, again.body.length, again.headers.etag]).toEqual([304, 0, etag]);
    expect([again.headers['cache-control'], again.headers.vary]).toEqual([first.headers['cache-control'], first.headers.vary]);
    await post(`${server.url}/v1/rooms/${room}/comments`, { text: 'new' });
    await expect.poll(async () => (await get(url, { 'if-none-match': etag })).status).toBe(200);
    expect((await get(url)).headers.etag).not.toBe(etag);
  });

  test('a tag is found in a list, and by its opaque part; another is answered in full', async () => {
    const { url } = await filledRoom(3);
    const { etag = '' } = (await get(url)).headers;
    expect((await get(url, { 'if-none-match': `"a", ${etag}, W/"b"` })).status).toBe(304);
    expect((await get(url, { 'if-none-match': etag.replace('W/', '') })).status).toBe(304);
    expect((await get(url, { 'if-none-match': '*' })).status).toBe(304);
    expect((await get(url, { 'if-none-match': 'W/"another"' })).status).toBe(200);
    expect((await get(url, { 'if-none-match': 'nonsense' })).status).toBe(200);
  });
});

describe('formats and encodings', () => {
  test('gzip and Brotli hold the events that the plain body holds, and so does protobuf', async () => {
    const { beginning } = await filledRoom();
    const plain = await get(beginning);
    expect(plain.headers['content-encoding']).toBeUndefined();
    // Who is online is an estimate from the polls themselves.
    const { nextPollMs: _, online: __, batches, ...expected } = answerOf(plain);
    expect(batches.flatMap(({ events }) => events)).toHaveLength(62);
    for (const format of [{}, PROTOBUF]) {
      for (const [accepted, encoding] of [
        ['identity', undefined],
        ['gzip', 'gzip'],
        ['br', 'br'],
        ['gzip, deflate, br', 'br'],
        ['deflate', undefined],
        ['gzip;q=0', undefined],
      ]) {
        const reply = await get(beginning, { ...format, 'accept-encoding': accepted ?? '' });
        expect([accepted, reply.headers['content-encoding']]).toEqual([accepted, encoding]);
        expect(reply.headers['content-type']).toBe('accept' in format ? 'application/x-protobuf' : 'application/json');
        const { nextPollMs: ___, online: ____, batches: held, ...answer } = answerOf(reply);
        expect(answer).toEqual(expected);
        expect(held.map(withoutAmbientTime)).toEqual(batches.map(withoutAmbientTime));
      }
    }
  });

  // An empty tail, with which no compressed body can be ended, throws in the request's handler: the process ends.
  test.each(['gzip', 'br'])('protobuf, %s, of a limit that cuts, where nobody is online and nothing was liked', async (encoding) => {
    const alone = await startServerProcess();
    const url = `${alone.url}/v1/rooms/r/events`;
    const events = Array.from({ length: 30 }, (_, index) => ({ comment: { user, text: `a line of some length ${index}` } }));
    await post(url, { events });
    const { epoch } = await (await fetch(`${alone.url}/v1/rooms/r`)).json();
    await expect.poll(async () => (await (await fetch(`${alone.url}/v1/rooms/r`)).json()).cursor).toBe(`${epoch}.0.30`);
    try {
      const reply = await get(`${url}?limit=20&cursor=${epoch}.0.0`, { ...PROTOBUF, 'accept-encoding': encoding });
      expect(reply.headers['content-encoding']).toBe(encoding);
      expect(answerOf(reply)).toMatchObject({ more: true, cursor: `${epoch}.0.20` });
    } finally {
      await alone.stop();
    }
  });

  test('bodies that are compressed are smaller, and protobuf is smaller than JSON', async () => {
    const { beginning } = await filledRoom();
    const size = async (headers: RawOptions['headers']) => (await get(beginning, headers)).body.length;
    const [json, gzip, br, protobuf] = [
      await size({}),
      await size({ 'accept-encoding': 'gzip' }),
      await size({ 'accept-encoding': 'br' }),
      await size(PROTOBUF),
    ];
    expect(gzip * 3).toBeLessThan(json);
    expect(br * 3).toBeLessThan(json);
    expect(protobuf).toBeLessThan(json);
  });

  test.each([
    ['*/*', 'application/json'],
    ['application/json', 'application/json'],
    ['text/html,application/xhtml+xml,*/*;q=0.8', 'application/json'],
    ['application/x-protobuf', 'application/x-protobuf'],
    ['application/x-protobuf, application/json;q=0.5', 'application/x-protobuf'],
  ])('Accept: %s is answered %s', async (accept, contentType) => {
    const { url } = await filledRoom(1);
    expect((await get(url, { accept })).headers['content-type']).toBe(contentType);
  });

  test('HEAD answers the headers of GET and no body', async () => {
    const { beginning } = await filledRoom();
    const headers = { 'accept-encoding': 'gzip' };
    const [got, head] = [await get(beginning, headers), await rawRequest(beginning, { method: 'HEAD', headers })];
    expect([head.status, head.body.length]).toEqual([200, 0]);
    for (const name of ['etag', 'cache-control', 'vary', 'content-type', 'content-encoding'])
      expect(head.headers[name]).toBe(got.headers[name]);
    expect(Number(head.headers['content-length'])).toBeGreaterThan(0);
  });

  test.each(['/healthz', '/v1/rooms/r', '/v1/rooms/r/events', '/v1/rooms/r/events?limit=0', '/v1/rooms/r/comments', '/nothing'])(
    'a connection goes on after HEAD %s',
    async (path) => {
      const ask = (method: string) => `${method} ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
      const socket = connect(server.port, '127.0.0.1');
      let said = '';
      socket.on('data', (data) => {
        said += data.toString();
      });
      socket.write(ask('HEAD'));
      await expect.poll(() => said).toMatch(/\r\n\r\n$/);
      socket.write(ask('GET'));
      await expect.poll(() => said).toMatch(/^HTTP\/1\.1 (\d+).*\r\n\r\nHTTP\/1\.1 \1 .*\r\n\r\n\{.*\}$/s);
      socket.destroy();
    },
  );
});

describe('one body for all', () => {
  test('a shared cache may keep a short poll for a second, by format and encoding; a long poll nobody', async () => {
    const { url } = await filledRoom(1);
    const { headers } = await get(url);
    expect(headers['cache-control']).toBe('public, max-age=1');
    const vary = headers.vary?.split(',').map((name) => name.trim().toLowerCase());
    expect(vary).toEqual(expect.arrayContaining(['accept', 'accept-encoding']));
    expect((await get(`${url}?wait=1`)).headers['cache-control']).toBe('no-store');
    expect(headers['access-control-allow-origin']).toBe('*');
  });

  test('many pollers at one cursor get the same events to the byte, and each its own time to ask again', async () => {
    const { beginning } = await filledRoom();
    const replies = await Promise.all(
      Array.from({ length: 24 }, (_, index) => get(beginning, { 'accept-encoding': index % 2 ? 'gzip' : 'identity' })),
    );
    const heads = replies.map((reply) => plainBody(reply).toString().split(',{"lane":"ambient"')[0]);
    expect(new Set(heads).size).toBe(1);
    expect(new Set(replies.map(({ headers }) => headers.etag)).size).toBe(1);
    const paces = replies.map((reply) => answerOf(reply).nextPollMs);
    expect(new Set(paces).size).toBeGreaterThan(1);
    for (const pace of paces) {
      expect(Number.isInteger(pace)).toBe(true);
      expect(pace).toBeGreaterThanOrEqual(MIN_POLL_MS);
      expect(pace).toBeLessThanOrEqual(MAX_POLL_MS);
    }
  });
});

/** The likes' event is stamped with the time of the answer. */
function withoutAmbientTime(batch: ReturnType<typeof answerOf>['batches'][number]): unknown {
  return batch.lane === 'ambient' ? { ...batch, events: batch.events.map(({ at: _, ...event }) => event) } : batch;
}
