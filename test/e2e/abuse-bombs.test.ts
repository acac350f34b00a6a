import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { answersIn, saidTo } from '../support/http-line.ts';
import { clientFrame, handshake, Opcode } from '../support/socket-bytes.ts';
import { chainOf, Viewer } from '../support/viewer.ts';
import { Siege, WITNESS_ROOM } from './siege.ts';

const MAX_GROWTH_MIB = 48;
const MANY = 20;
const KIB = 1024;

let siege: Siege;
beforeAll(async () => {
  siege = await Siege.start();
});
beforeEach(() => siege.begin());
afterEach(() => siege.check({ maxGrowthMib: MAX_GROWTH_MIB }));
afterAll(() => siege.server.stop());

const POST = 'POST /v1/rooms/r1/comments HTTP/1.1\r\nHost: x\r\n';
const many = <T>(make: () => Promise<T>) => Promise.all(Array.from({ length: MANY }, make));

/** The codes and statuses of what was said to it. */
async function codesOf(bytes: string | Uint8Array): Promise<string[]> {
  return answersIn(await saidTo(siege.server.port, Buffer.from(bytes))).map(({ status, body }) => {
    const [, code = ''] = /"code":"(\w+)"/.exec(body.toString()) ?? [];
    return `${status} ${code}`.trim();
  });
}

/** A connection that goes on, and what becomes of it. */
async function open(bytes: string | Uint8Array): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connect(siege.server.port, '127.0.0.1');
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => undefined); // cut: `close` follows
  await new Promise((resolve) => socket.write(bytes, resolve));
  return { socket, closed };
}

/** A WebSocket that is open: what comes right behind a handshake the library drops. */
async function openSocket(): Promise<Awaited<ReturnType<typeof open>>> {
  const opened = await open(handshake('r1'));
  await new Promise((resolve) => opened.socket.once('data', resolve));
  opened.socket.resume();
  return opened;
}

test('bodies that come in chunks of one byte cost their bytes', async () => {
  const chunks = `${POST}Transfer-Encoding: chunked\r\n\r\n${'1\r\na\r\n'.repeat(65_000)}`;
  const held = await many(() => open(chunks));
  // Taken in, and held: an answer is owed once their end comes.
  for (const { socket } of held) socket.write('0\r\n\r\n');
  for (const { socket } of held) {
    const [answer] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve))).toString().split('\r\n');
    expect(answer).toBe('HTTP/1.1 400 Bad Request');
    socket.destroy();
  }
});

test('a body without end is let pass up to a bound, refused, and ended', async () => {
  const { socket, closed } = await open(`${POST}Transfer-Encoding: chunked\r\n\r\n`);
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(64 * KIB, 'a'), Buffer.from('\r\n')]);
  let said = '';
  socket.on('data', (data) => {
    said += data.toString();
  });
  while (!socket.destroyed && !said.includes('body_too_large')) await new Promise((resolve) => socket.write(chunk, resolve));
  await closed;
  // Whoever sends on and on may lose the answer by that.
  expect(said).toMatch(/^(HTTP\/1\.1 413 |$)/);
});

test.each([
  ['longer than its length', `${POST}Content-Length: 5\r\n\r\n{"text":"a"}`, /^400 invalid_json/],
  ['of a length beyond all bounds', `${POST}Content-Length: 99999999999999999999\r\n\r\n{}`, /^400$|^$/],
  ['of a length below nothing', `${POST}Content-Length: -1\r\n\r\n{}`, /^400$|^$/],
  ['of two lengths', `${POST}Content-Length: 2\r\nContent-Length: 12\r\n\r\n{"text":"a"}`, /^400/],
  ['of a length, in chunks', `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, /^400$|^$/],
  ['of a chunk beyond all bounds', `${POST}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\na`, /^400$|^$/],
])('a body %s is refused, or the connection ended', async (_, bytes, expected) => {
  expect((await codesOf(bytes)).join(' ')).toMatch(expected);
});

test('a compressed body is not inflated', async () => {
  const bomb = gzipSync(Buffer.alloc(16 * KIB * KIB, '{"text":"a"}'));
  const head = `${POST}Content-Encoding: gzip\r\nContent-Length: ${bomb.length}\r\n\r\n`;
  expect(await codesOf(Buffer.concat([Buffer.from(head), bomb]))).toEqual(['400 invalid_utf8']);
});

test.each([
  ['long', `X: ${'x'.repeat(100 * KIB)}\r\n`],
  ['many', 'X: x\r\n'.repeat(10_000)],
])('headers that are too %s are refused by the library, bare', async (_, headers) => {
  expect(await codesOf(`GET /healthz HTTP/1.1\r\nHost: x\r\n${headers}\r\n`)).toEqual(['431']);
});

test.each([
  ['large fragments', 32 * KIB],
  ['fragments of one byte', 1],
  ['empty fragments', 0],
])('a message in %s without end is kept within a message’s bound, or cut off', async (_, size) => {
  const rest = Buffer.concat(Array(2000).fill(clientFrame(Opcode.continuation, Buffer.alloc(size, 'a'), 'more')));
  const held = await many(openSocket);
  for (const { socket } of held) socket.write(Buffer.concat([clientFrame(Opcode.text, Buffer.of(0x61), 'more'), rest]));
  if (size > KIB) for (const { closed } of held) await closed;
  await siege.tell();
  for (const { socket } of held) socket.destroy();
});

test('a message over the bound is cut off unread', async () => {
  const { socket, closed } = await openSocket();
  const length = Buffer.alloc(8);
  length.writeBigUInt64BE(BigInt(256 * KIB + 1));
  socket.write(Buffer.concat([Buffer.of(0x81, 0x80 | 127), length, Buffer.alloc(4)]));
  await closed;
});

test('compression by the library is offered in vain: what inflates is no message here', async () => {
  const socket = new WebSocket(`${siege.server.url.replace('http', 'ws')}/v1/ws?room=r1`, { perMessageDeflate: true });
  await new Promise((resolve) => socket.once('open', resolve));
  expect(socket.extensions).toBe('');
  socket.terminate();
});

// Of pongs the library drops what finds no place; refusals are kept, and only so many.
test.each([
  ['pings', 20_000, 'caught up'],
  ['frames', 60_000, CLOSE_CODES.lagging],
] as const)('who floods with %s and reads no answer is set aside, and caught up or closed once it reads', async (kind, times, expected) => {
  const viewer = await Viewer.join(siege.server.url, WITNESS_ROOM, { codec: 'json' });
  viewer.socket.pause();
  for (let count = 0; count < times; count++) {
    if (kind === 'pings') viewer.socket.ping('x'.repeat(125));
    else viewer.send({ id: count, like: { count: 0 } });
  }
  await siege.tell();
  const last = await siege.tell();
  viewer.socket.resume();
  const caughtUp = viewer.event((event) => 'notice' in event && event.notice.text === last).then(() => 'caught up');
  expect(await Promise.race([viewer.closed, caughtUp])).toBe(expected);
  expect(chainOf(viewer.batches, 'priority').breaks).toEqual([]);
  viewer.socket.terminate();
});
