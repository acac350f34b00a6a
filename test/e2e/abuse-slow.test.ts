import { connect, type Socket } from 'node:net';
import { expect, test } from 'vitest';
import { Siege } from './siege.ts';

// The library gives a request ten seconds, and a body that goes on at least 16 KB a second. Here it is waited for.

const POST = 'POST /v1/rooms/r1/comments HTTP/1.1\r\nHost: x\r\n';
const ASKED = 'GET /v1/rooms/r1 HTTP/1.1\r\nHost: x\r\n';
const TRICKLE_MS = 100;

/** What is said at first, and then again and again, as long as it lasts. */
const ROWS: [name: string, first: string, then: string][] = [
  ['nothing', '', ''],
  ['half a request line', 'GET /v1/ro', ''],
  ['a header byte by byte', `${ASKED}X: `, 'a'],
  ['header after header', ASKED, 'X: a\r\n'],
  ['half a handshake', `${ASKED.replace('/v1/rooms/r1', '/v1/ws?room=r1')}Upgrade: websocket\r\n`, ''],
  ['a body byte by byte', `${POST}Content-Length: 60000\r\n\r\n`, 'a'],
  ['a body that is shorter than its length', `${POST}Content-Length: 60000\r\n\r\n{"text":"a"}`, ''],
  ['a body chunk by chunk', `${POST}Transfer-Encoding: chunked\r\n\r\n`, '1\r\na\r\n'],
  ['a body that nobody asked for', `${POST.replace('comments', 'nothing')}Content-Length: 60000\r\n\r\n`, 'a'],
  ['a body behind a GET', `${ASKED}Content-Length: 60000\r\n\r\n`, 'a'],
  ['one request, and no other', `${ASKED}\r\n`, ''],
  ['one HEAD, and no other', `${ASKED.replace('GET', 'HEAD')}\r\n`, ''],
  ['one OPTIONS, and no other', `${ASKED.replace('GET', 'OPTIONS')}\r\n`, ''],
  ['one 304, and no other', 'GET / HTTP/1.1\r\nHost: x\r\nIf-None-Match: *\r\n\r\n', ''],
];
const EACH = 20;

async function outlasted(port: number, first: string, then: string): Promise<void> {
  const socket: Socket = connect(port, '127.0.0.1');
  socket.on('error', () => undefined); // cut: `close` follows
  socket.resume();
  socket.write(first);
  const trickle = setInterval(() => socket.write(then), TRICKLE_MS);
  await new Promise((resolve) => socket.once('close', resolve));
  clearInterval(trickle);
}

test('who says too little for too long is cut off, whatever it says, and others are served meanwhile', async () => {
  const siege = await Siege.ofTest();
  await siege.begin();
  const slow = ROWS.flatMap(([name, first, then]) =>
    Array.from({ length: EACH }, () => outlasted(siege.server.port, first, then).then(() => name)),
  );
  await siege.tell();
  expect(new Set(await Promise.all(slow))).toEqual(new Set(ROWS.map(([name]) => name)));
  await siege.end({ maxGrowthMib: 32 });
});
