import { once } from 'node:events';
import type { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { MessageMemo } from '../../../bench/load/message-memo.ts';
import { DIALECTS, type DialectName, type MessageFacts } from '../../../bench/peers/dialect.ts';
import { PeerViewer } from '../../../bench/peers/peer-viewer.ts';
import { listen } from '../load/server-by-hand.ts';

const HEAD = Buffer.from('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n');
const text = (payload: string) => Buffer.concat([Buffer.from([0x81, Buffer.byteLength(payload)]), Buffer.from(payload)]);

/** A viewer before a server by hand. */
async function watch(
  name: DialectName,
): Promise<{ joined: Promise<void>; socket: Socket; request: string; received: unknown[]; lost: Promise<void> }> {
  const { port, next } = await listen();
  const dialect = DIALECTS[name];
  const received: unknown[] = [];
  let end: () => void = () => undefined;
  const lost = new Promise<void>((resolve) => {
    end = resolve;
  });
  const count = (facts: MessageFacts, payloadBytes: number, bytes: number) => void received.push([facts.times, payloadBytes, bytes]);
  const parts = { dialect, memo: new MessageMemo(dialect.read), received: count, lost: end };
  const joined = new PeerViewer({ port, path: '/watch', from: '127.0.0.1' }, parts).join();
  const { socket, request } = await next();
  return { joined, socket, request, received, lost };
}

it('PeerViewer is in the room by its upgrade, and reads messages that come in parts', async () => {
  const { joined, socket, request, received, lost } = await watch('json');
  expect(request).toContain('GET /watch HTTP/1.1');
  expect(request).not.toContain('Sec-WebSocket-Protocol');
  const all = Buffer.concat([HEAD, text('{"at":5}'), text('{"at":6}')]);
  for (const [start, end] of [
    [0, 9],
    [9, HEAD.length + 4],
    [HEAD.length + 4, all.length],
  ]) {
    const isWritten = new Promise((resolve) => socket.write(all.subarray(start, end), resolve));
    await isWritten;
  }
  await joined;
  socket.end();
  await lost;
  expect(received).toEqual([
    [[5], 8, 10],
    [[6], 8, 10],
  ]);
});

it('PeerViewer answers as its dialect has it, and is in the room when it is told', async () => {
  const { joined, socket } = await watch('socket.io');
  socket.write(Buffer.concat([HEAD, text('0{"sid":"a"}')]));
  const [connect] = (await once(socket, 'data')) as [Buffer];
  expect(connect.subarray(6).toString()).toBe('40');
  socket.write(text('40{"sid":"b"}'));
  await joined;
});

it("PeerViewer asks for its dialect's subprotocol", async () => {
  const { request } = await watch('barrage');
  expect(request).toContain('Sec-WebSocket-Protocol: barrage.v1.protobuf\r\n');
});
