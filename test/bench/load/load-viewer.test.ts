import { once } from 'node:events';
import { expect, it } from 'vitest';
import { bareFrame } from '../../../bench/load/bare-frame.ts';
import { readFrame } from '../../../bench/load/frame-facts.ts';
import { LoadViewer } from '../../../bench/load/load-viewer.ts';
import { MessageMemo } from '../../../bench/load/message-memo.ts';
import { protobufCodec } from '../../../src/protocol/protobuf-codec.ts';
import { listen } from './server-by-hand.ts';

const HEAD = 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n';
const frame = (payload: Uint8Array, opcode = 2) => Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload]);
const joined = (cursor: string) =>
  frame(protobufCodec.encodeServerFrame({ joined: { room: 'r', epoch: 'e1', cursor, recovered: true, online: 1, batches: [] } }));
const chat = (offset: number) => frame(bareFrame({ lane: 'chat', offset, bytes: 60, at: 1 }));

it('LoadViewer counts what comes, answers pings, and comes back by its cursor', async () => {
  const { port, next } = await listen();
  const received: number[] = [];
  const ends: (() => void)[] = [];
  const codes: number[] = [];
  const lost = (_: LoadViewer, code: number) => {
    codes.push(code);
    ends.shift()?.();
  };
  const parts = { memo: new MessageMemo(readFrame), lost, received: (_: unknown, bytes: number) => void received.push(bytes) };
  const viewer = new LoadViewer({ port, path: '/v1/ws?room=r', from: '127.0.0.1' }, parts);
  const isLost = () => new Promise<void>((resolve) => ends.push(resolve));

  const firstJoin = viewer.join();
  const first = await next();
  expect(first.request).toContain('GET /v1/ws?room=r HTTP/1.1');
  const all = Buffer.concat([Buffer.from(HEAD), joined('e1.3.7'), chat(8), frame(Buffer.alloc(0), 9)]);
  // Cut within the head, and within a frame.
  first.socket.write(all.subarray(0, 20));
  first.socket.write(all.subarray(20, all.length - 30));
  first.socket.write(all.subarray(all.length - 30));
  await firstJoin;
  const [pong] = (await once(first.socket, 'data')) as [Buffer];
  expect(pong[0]).toBe(0x8a);
  expect(viewer.tally).toMatchObject({ chat: { start: 7, position: 8, gaps: 0 }, priority: { start: 3, position: 3 } });
  expect(received).toEqual([62]);

  const cut = isLost();
  first.socket.write(frame(Buffer.from([0x10, 0x04]), 8));
  await cut;
  expect(codes).toEqual([4100]);

  const secondJoin = viewer.join();
  const second = await next();
  expect(second.request).toContain('&cursor=e1.3.8 ');
  second.socket.write(Buffer.concat([Buffer.from(HEAD), joined('e1.3.8'), chat(9)]));
  await secondJoin;
  expect(viewer.tally.chat).toMatchObject({ start: 7, gaps: 0 });
  const gone = isLost();
  second.socket.destroy();
  await gone;
  expect(codes).toEqual([4100, 1006]);
  expect(viewer.tally.chat.position).toBe(9);
});
