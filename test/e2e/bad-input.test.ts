import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { ERRORS, type ErrorCode } from '../../src/protocol/error-catalog.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';

let server: ServerProcess;
let witness: Viewer;
let served = 0;
beforeAll(async () => {
  server = await startServerProcess({
    JOIN_TIMEOUT_MS: '300',
    FLUSH_MS: '10',
    SERVER_KEYS: 'k1,k2',
    ALLOWED_ORIGINS: 'https://live.example',
    MAX_ROOMS: '20',
  });
  witness = await Viewer.join(server.url, 'bad');
});
afterAll(async () => {
  await server.stop();
});
// Whatever was sent, the process lives and the other viewer of the room is served.
afterEach(async () => {
  const text = `still here ${++served}`;
  await post(`${server.url}/v1/rooms/bad/comments`, { text });
  await witness.comment(text);
  expect(witness.frames.some((frame) => 'error' in frame)).toBe(false);
});

const key = { authorization: 'Bearer k2' };
const user = { id: 'u1', name: 'Ann' };
const utf8 = (text: string) => new TextEncoder().encode(text);

describe('POST comments', () => {
  const rows: [name: string, body: unknown, code: ErrorCode, says: RegExp][] = [
    ['no JSON', '{"text":', 'invalid_json', /JSON/],
    ['an empty body', '', 'invalid_json', /JSON/],
    ['an array', [], 'invalid_field', /comment must be an object/],
    ['null', null, 'invalid_field', /comment must be an object/],
    ['no text', {}, 'missing_field', /comment\.text/],
    ['a number for text', { text: 5 }, 'invalid_field', /comment\.text must be a string/],
    ['empty text', { text: '' }, 'empty_text', /comment\.text/],
    ['blank text', { text: ' \u200b\u3000' }, 'empty_text', /comment\.text/],
    ['201 code points', { text: '𠮷'.repeat(201) }, 'text_too_long', /200 code points/],
    ['a control character', { text: 'a\u0007b' }, 'invalid_text', /control character/],
    ['a line break', { text: 'a\nb' }, 'invalid_text', /control character/],
    ['a lone surrogate', '{"text":"a\\ud800b"}', 'invalid_text', /lone surrogate/],
    ['bad UTF-8', Uint8Array.of(...utf8('{"text":"'), 0xc3, 0x28, ...utf8('"}')), 'invalid_utf8', /UTF-8/],
    ['an unknown field', { text: 'a', colour: 1 }, 'unknown_field', /comment\.colour/],
    ['an unknown field in user', { text: 'a', user: { ...user, badge: 1 } }, 'unknown_field', /comment\.user\.badge/],
    ['a prototype', '{"text":"a","__proto__":{"x":1}}', 'unknown_field', /__proto__/],
    ['an unknown mode', { text: 'a', mode: 'reverse' }, 'invalid_field', /comment\.mode must be one of scroll, top, bottom/],
    ['a colour below 0', { text: 'a', color: -1 }, 'invalid_field', /comment\.color must be at least 0/],
    ['a colour above white', { text: 'a', color: 0x1000000 }, 'invalid_field', /comment\.color must be at most 16777215/],
    ['a colour by name', { text: 'a', color: 'red' }, 'invalid_field', /comment\.color must be a number/],
    ['half a colour', { text: 'a', color: 0.5 }, 'invalid_field', /comment\.color must be an integer/],
    ['a size of 1000', { text: 'a', size: 1000 }, 'invalid_field', /comment\.size must be at most 64/],
    ['a user without id', { text: 'a', user: { name: 'x' } }, 'missing_field', /comment\.user\.id/],
    ['a body over 64 KiB', { text: 'a'.repeat(65_536) }, 'body_too_large', /65536 bytes/],
    ['a body of 6 MiB', 'x'.repeat(6 * 1024 * 1024), 'body_too_large', /65536 bytes/],
  ];
  test.each(rows)('%s', async (_, body, code, says) => {
    const answer = await post(`${server.url}/v1/rooms/bad/comments`, body);
    expect(answer).toEqual({
      status: ERRORS[code].status,
      body: { error: { code, message: expect.stringMatching(says), temporary: false } },
    });
  });

  test('200 code points outside the basic plane are taken', async () => {
    expect((await post(`${server.url}/v1/rooms/bad/comments`, { text: '𠮷'.repeat(200) })).status).toBe(200);
  });

  test.each(['a b', 'ä', 'x'.repeat(65), 'a.b', '%00'])('room %j', async (room) => {
    const answer = await post(`${server.url}/v1/rooms/${encodeURIComponent(room)}/comments`, { text: 'a' });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'invalid_room' } } });
  });
});

describe('POST events', () => {
  const events = (...list: unknown[]) => ({ events: list });
  const rows: [name: string, body: unknown, code: ErrorCode, says: RegExp][] = [
    ['no events', events(), 'too_many_events', /0 events/],
    ['101 events', { events: Array(101).fill({ notice: { text: 'n' } }) }, 'too_many_events', /101 events/],
    ['no list', { events: {} }, 'invalid_field', /body\.events must be an array/],
    ['an unknown type', events({ bomb: {} }), 'unknown_field', /events\[0\]\.bomb/],
    ['two types in one', events({ notice: { text: 'n' }, like: { count: 1 } }), 'invalid_field', /events\[0\] must hold exactly one/],
    ['an offset of its own', events({ notice: { text: 'n' }, offset: 5 }), 'unknown_field', /events\[0\]\.offset/],
    [
      'a bad one behind good ones',
      events({ notice: { text: 'n' } }, { gift: { user, giftId: 'r', value: -1 } }),
      'invalid_field',
      /events\[1\]\.gift\.value/,
    ],
    ['a value past 2^53', events({ gift: { user, giftId: 'r', value: 2 ** 60 } }), 'invalid_field', /gift\.value/],
    ['a bad ref', events({ retract: { refs: ['x9'] } }), 'invalid_field', /refs\[0\]/],
    ['a like total', events({ like: { count: 1, total: 5 } }), 'unknown_field', /like\.total/],
  ];
  test.each(rows)('%s', async (_, body, code, says) => {
    const before = await (await fetch(`${server.url}/v1/rooms/events-room`)).json();
    const answer = await post(`${server.url}/v1/rooms/events-room/events`, body, key);
    expect(answer).toMatchObject({ status: 400, body: { error: { code, message: expect.stringMatching(says) } } });
    expect(await (await fetch(`${server.url}/v1/rooms/events-room`)).json()).toEqual(before);
  });

  test.each([{}, { authorization: 'Bearer k3' }, { authorization: 'k1' }, { authorization: 'Basic k1' }])(
    'with header %j is unauthorized',
    async (headers) => {
      const answer = await post(`${server.url}/v1/rooms/bad/events`, events({ notice: { text: 'n' } }), headers as Record<string, string>);
      expect(answer).toMatchObject({ status: 401, body: { error: { code: 'unauthorized' } } });
    },
  );

  test('with one of the keys is taken', async () => {
    const answer = await post(`${server.url}/v1/rooms/keyed/events`, events({ notice: { text: 'n' } }), key);
    expect(answer).toMatchObject({ status: 200, body: { refs: ['p1'] } });
  });

  test('an Idempotency-Key stores once, and refuses other events', async () => {
    const gift = events({ gift: { user, giftId: 'r', value: 1 } });
    const first = await post(`${server.url}/v1/rooms/once/events`, gift, { ...key, 'idempotency-key': 'order-1' });
    expect(await post(`${server.url}/v1/rooms/once/events`, gift, { ...key, 'idempotency-key': 'order-1' })).toEqual(first);
    expect(
      await post(`${server.url}/v1/rooms/once/events`, events({ notice: { text: 'n' } }), { ...key, 'idempotency-key': 'order-1' }),
    ).toMatchObject({
      status: 409,
      body: { error: { code: 'idempotency_mismatch' } },
    });
    expect(await (await fetch(`${server.url}/v1/rooms/once`)).json()).toMatchObject({ cursor: expect.stringMatching(/\.1\.0$/) });
  });
});

describe('paths and origins', () => {
  test.each([
    ['GET', '/nope', 404, 'not_found'],
    ['DELETE', '/v1/rooms/bad', 405, 'method_not_allowed'],
    ['POST', '/v1/rooms/bad', 405, 'method_not_allowed'],
    ['GET', '/v1/rooms/bad/comments', 405, 'method_not_allowed'],
    ['GET', '/v1/rooms/a%20b', 400, 'invalid_room'],
    ['GET', '/v1/ws?room=bad', 426, 'not_websocket'],
  ])('%s %s answers %i %s', async (method, path, status, code) => {
    const response = await fetch(server.url + path, { method });
    expect([response.status, await response.json()]).toEqual([status, { error: { code, message: expect.any(String), temporary: false } }]);
  });

  test('a page of another origin is refused a WebSocket and a POST; an allowed one is let in, and may read', async () => {
    const [evil, good] = [{ origin: 'https://evil.example' }, { origin: 'https://live.example' }];
    const refused = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?room=bad`, { headers: evil });
    const status = await new Promise((resolve) => refused.on('unexpected-response', (_, response) => resolve(response.statusCode)));
    expect(status).toBe(403);
    expect(await post(`${server.url}/v1/rooms/bad/comments`, { text: 'a' }, evil)).toMatchObject({
      status: 403,
      body: { error: { code: 'origin_denied' } },
    });
    await (await Viewer.join(server.url, 'bad', { headers: good })).leave();
    await (await Viewer.join(server.url, 'bad', { headers: { origin: server.url } })).leave();
    const preflight = await fetch(`${server.url}/v1/rooms/bad/comments`, { method: 'OPTIONS', headers: good });
    expect([preflight.status, preflight.headers.get('access-control-allow-origin')]).toEqual([204, good.origin]);
    const denied = await fetch(`${server.url}/v1/rooms/bad`, { headers: evil });
    expect(denied.headers.get('access-control-allow-origin')).toBe(null);
  });

  test('only subprotocols of another version are refused with what this server speaks', async () => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?room=bad`, ['barrage.v2.json']);
    const body = await new Promise<string>((resolve) => {
      socket.on('unexpected-response', (_, response) => response.on('data', (data: Buffer) => resolve(data.toString())));
    });
    expect(JSON.parse(body).error).toMatchObject({ code: 'unsupported_protocol', message: expect.stringMatching(/barrage\.v1\.protobuf/) });
  });

  test('rooms past MAX_ROOMS are refused for now', async () => {
    const codes: unknown[] = [];
    for (let index = 0; index < 25; index++) codes.push((await fetch(`${server.url}/v1/rooms/many-${index}`)).status);
    expect(new Set(codes)).toEqual(new Set([200, 503]));
    const viewer = new Viewer(server.url, { room: 'many-24' });
    expect(await viewer.closed).toBe(CLOSE_CODES.unavailable);
    expect(viewer.frames).toEqual([{ error: { code: 'too_many_rooms', message: ERRORS.too_many_rooms.message, temporary: true } }]);
  });
});

describe.each(['protobuf', 'json'] as const)('frames of barrage.v1.%s', (codec) => {
  const raw = (text: string) => text;
  const rows: [name: string, message: string | Uint8Array, code: ErrorCode][] =
    codec === 'json'
      ? [
          ['garbage', raw('}{'), 'invalid_json'],
          ['a binary message', Uint8Array.of(1, 2, 3), 'invalid_frame'],
          ['an array', raw('[]'), 'invalid_frame'],
          ['no command', raw('{"id":77}'), 'invalid_frame'],
          ['two commands', raw('{"ping":{},"like":{"count":1}}'), 'invalid_frame'],
          ['an unknown command', raw('{"explode":{}}'), 'unknown_field'],
          ['a bad id', raw('{"id":"x","ping":{}}'), 'invalid_field'],
          ['a lone surrogate', raw('{"comment":{"text":"\\udfff"}}'), 'invalid_text'],
          ['a frame over 4 KiB', raw(JSON.stringify({ comment: { text: 'a'.repeat(4096) } })), 'frame_too_large'],
          ['a frame of 200 KiB', raw('x'.repeat(200 * 1024)), 'frame_too_large'],
          ['deep nesting', raw('['.repeat(4000)), 'invalid_json'],
        ]
      : [
          ['garbage', Uint8Array.of(0xff, 0xff, 0xff), 'invalid_frame'],
          ['a text message', raw('{"ping":{}}'), 'invalid_frame'],
          ['a truncated frame', Uint8Array.of(0x1a, 0x20, 0x0a), 'invalid_frame'],
          ['no command', Uint8Array.of(0x08, 0x4d), 'invalid_frame'],
          ['a command of another version', Uint8Array.of(0x7a, 0x00), 'unknown_field'],
          ['bad UTF-8', Uint8Array.of(0x1a, 0x04, 0x0a, 0x02, 0xff, 0xfe), 'invalid_utf8'],
          ['an overlong varint', new Uint8Array(20).fill(0x80), 'invalid_frame'],
          ['a frame over 4 KiB', new Uint8Array(4097), 'frame_too_large'],
          ['a frame of 200 KiB', new Uint8Array(200 * 1024), 'frame_too_large'],
        ];
  test.each(rows)('%s is told, and the connection goes on', async (_, message, code) => {
    const viewer = await Viewer.join(server.url, 'bad', { codec });
    viewer.socket.send(message);
    expect(await viewer.find((frame) => ('error' in frame ? frame.error.code : undefined))).toBe(code);
    expect((await viewer.command({ comment: { text: 'fine again' } })).ref).toMatch(/^c\d+$/);
    await viewer.leave();
  });

  test.each([
    ['color', { text: 'a', color: 0x1000000 }, 'invalid_field'],
    ['size', { text: 'a', size: 1 }, 'invalid_field'],
    ['text', { text: '' }, 'empty_text'],
    ['text', { text: 'a'.repeat(201) }, 'text_too_long'],
    ['user.id', { text: 'a', user: { id: '', name: 'x' } }, 'empty_text'],
  ])('a comment with a wrong %s is refused under its id, by name', async (field, comment, code) => {
    const viewer = await Viewer.join(server.url, 'bad', { codec });
    const refused = await viewer.command({ comment });
    expect(refused).toEqual({ code, message: expect.stringContaining(`comment.${field}`) });
    await viewer.leave();
  });

  test('ten messages that are no frames end the connection, for good', async () => {
    const viewer = await Viewer.join(server.url, 'bad', { codec });
    for (let index = 0; index < 10; index++) viewer.socket.send(codec === 'json' ? '?' : Uint8Array.of(0xff));
    expect(await viewer.closed).toBe(CLOSE_CODES.invalidFrame);
  });

  test('a client that never joins is told, and closed', async () => {
    const viewer = new Viewer(server.url, { codec });
    expect(await viewer.closed).toBe(CLOSE_CODES.joinTimeout);
    expect(viewer.frames).toEqual([{ error: { code: 'join_timeout', message: ERRORS.join_timeout.message, temporary: false } }]);
  });

  test.each([
    [{ room: 'a b' }, 'invalid_room'],
    [{ room: '' }, 'invalid_room'],
    [{ room: 'bad', cursor: 'nonsense' }, 'invalid_cursor'],
    [{ room: 'bad', cursor: 'e.1' }, 'invalid_cursor'],
    [{ room: 'bad', cursor: 'e.-1.0' }, 'invalid_cursor'],
  ])('a handshake with %j is told, and closed for good', async (query, code) => {
    const viewer = new Viewer(server.url, { codec, ...query });
    expect(await viewer.closed).toBe(CLOSE_CODES.joinRefused);
    expect(viewer.frames).toMatchObject([{ error: { code } }]);
  });

  test('a join by frame with a bad cursor is refused, and the room before stays', async () => {
    const viewer = await Viewer.join(server.url, 'bad', { codec });
    expect((await viewer.command({ join: { room: 'other', cursor: 'x' } })).code).toBe('invalid_cursor');
    expect((await viewer.command({ comment: { text: 'still in it' } })).ref).toMatch(/^c\d+$/);
    await viewer.leave();
  });
});

describe('below the frames', () => {
  const handshake = `GET /v1/ws?room=bad HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
  const oversized = Buffer.concat([Buffer.of(0x82, 0xff), Buffer.from('0000000010000000', 'hex'), Buffer.alloc(4)]);
  test.each([
    ['bytes that are no HTTP', Buffer.from('\x16\x03\x01 not http\r\n\r\n', 'latin1'), Buffer.alloc(0)],
    ['a header of 100 KiB', Buffer.from(`GET / HTTP/1.1\r\nHost: x\r\nX: ${'x'.repeat(100_000)}\r\n\r\n`), Buffer.alloc(0)],
    ['a WebSocket frame that claims 256 MiB', Buffer.from(handshake), oversized],
    ['a frame with a reserved opcode', Buffer.from(handshake), Buffer.of(0x87, 0x80, 0, 0, 0, 0)],
    ['a text frame that is not UTF-8', Buffer.from(handshake), Buffer.of(0x81, 0x82, 0, 0, 0, 0, 0xff, 0xfe)],
  ])('%s end the connection and nothing else', async (_, first, second) => {
    const socket = connect(server.port, '127.0.0.1');
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => socket.destroy());
    socket.write(first);
    await new Promise((resolve) => socket.once('data', resolve).once('close', resolve));
    if (!socket.destroyed) socket.write(second);
    socket.resume();
    await closed;
  });

  test('a connection cut in the middle of a frame, or of a body, is forgotten', async () => {
    for (const bytes of [handshake, 'POST /v1/rooms/bad/comments HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{"text":']) {
      const socket = connect(server.port, '127.0.0.1');
      await new Promise((resolve) => socket.once('connect', resolve));
      socket.write(bytes);
      if (bytes === handshake) {
        await new Promise((resolve) => socket.once('data', resolve));
        socket.write(Buffer.of(0x82, 0xfe, 0x10));
      }
      socket.destroy();
    }
    await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms/bad`)).json()).online).toBe(1);
  });
});
