// The control: uWebSockets.js alone, in a process of its own. It publishes frames of given lengths in given rooms at given times, a topic for each
// room. It takes nothing in and stores nothing.
//
// node … bare-rooms-server.ts; tells its port by an IPC message, and does what others order (room-messages.ts).
import { App, us_socket_local_port } from 'uWebSockets.js';
import { setTimeout as pause } from 'node:timers/promises';
import { LoopDelay } from '../../src/metrics/loop-delay.ts';
import { joinedFrame } from '../memory/joined-frame.ts';
import type { BareRoomsNews, BareRoomsOrder, RoomNote } from './room-messages.ts';
import { StampedFrame } from './stamped-frame.ts';

const JOINED_BYTES = 60;

const joined = joinedFrame(JOINED_BYTES);
/** By their length. */
const frames = new Map<number, StampedFrame>();
const delay = new LoopDelay();
delay.start();

const app = App().ws<{ room: string }>('/*', {
  compression: 0,
  maxBackpressure: 64 * 1024,
  upgrade(response, request, context) {
    const room = request.getQuery('room') ?? '';
    const key = request.getHeader('sec-websocket-key');
    const protocol = request.getHeader('sec-websocket-protocol');
    response.upgrade({ room }, key, protocol, request.getHeader('sec-websocket-extensions'), context);
  },
  open(socket) {
    socket.send(joined, true);
    socket.subscribe(socket.getUserData().room);
  },
});

process.on('disconnect', () => process.exit());
process.on('message', async (order: BareRoomsOrder) => {
  const news: BareRoomsNews = order === 'delay' ? { delay: delay.take() } : await play(order.play);
  process.send?.(news);
});

async function play(notes: readonly RoomNote[]): Promise<BareRoomsNews> {
  for (const { bytes } of notes) {
    if (!frames.has(bytes)) frames.set(bytes, new StampedFrame({ lane: 'chat', bytes }));
  }
  const startedAt = performance.now();
  for (const { ms, room, bytes } of notes) {
    const waitMs = startedAt + ms - performance.now();
    if (waitMs >= 1) await pause(waitMs);
    const frame = frames.get(bytes);
    if (frame) app.publish(String(room), frame.stamped(Date.now()), true);
  }
  return {};
}

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.send?.({ port: us_socket_local_port(listening) });
});
