// Somebody who asks for far more than is allowed, in a process of its own. It reads the answers and looks at none: the server counts what it
// refuses. It does what IPC messages order (flood-messages.ts), and ends with the channel to the process that started it.
import { connect, type Socket } from 'node:net';
import { upgradeRequest } from '../load/upgrade-request.ts';
import { clientText } from '../peers/client-text.ts';
import type { FloodNews, FloodOrder } from './flood-messages.ts';

const TICK_MS = 10;
const READ_BYTES = 64 * 1024;
const KEPT = 32;
/** As many frames as are written at once. */
const FRAMES = 10_000;
/** More than waits here is not sent: the server does not read it. */
const MAX_UNREAD_BYTES = 1024 * 1024;
/** Connections that wait for their answer: more are not begun. */
const MAX_OPENING = 500;

type BeginOrder = Extract<FloodOrder, { do: 'begin' }>;

/** Every socket is read into the same bytes, which nobody looks at. */
const shared = Buffer.allocUnsafe(READ_BYTES);
let counts = { sent: 0, connections: 0 };
let startedAt = 0;
let ticking: NodeJS.Timeout | undefined;
const sockets = new Set<Socket>();

process.on('disconnect', () => process.exit());
process.on('message', (order: FloodOrder) => {
  if (order.do === 'begin') begin(order);
  else end();
  process.send?.({ ...counts, seconds: (performance.now() - startedAt) / 1000 } satisfies FloodNews);
});

function begin(order: BeginOrder): void {
  counts = { sent: 0, connections: 0 };
  startedAt = performance.now();
  const send = senderOf(order);
  let asked = 0;
  ticking = setInterval(() => {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * order.perSecond);
    // What finds no way is left out, and not made up for: a flood does not grow while the server is slow.
    counts.sent += send(due - asked);
    asked = due;
  }, TICK_MS);
}

function end(): void {
  clearInterval(ticking);
  for (const socket of sockets) socket.destroy();
}

/** @returns what sends so many at once, and answers how many it has sent */
function senderOf(order: BeginOrder): (count: number) => number {
  switch (order.how.kind) {
    case 'frames':
      return framesSender(order, order.how.path);
    case 'requests':
      return requestsSender(order);
    case 'connections':
      return connectionsSender(order);
  }
}

function framesSender(order: BeginOrder, path: string): (count: number) => number {
  const frame = clientText(order.text);
  const frames = Buffer.concat(Array.from({ length: FRAMES }, () => frame));
  let socket: Socket | undefined;
  let isOpen = false;
  return (count) => {
    if (!socket || socket.destroyed) {
      isOpen = false;
      socket = open(order, () => {
        isOpen = true;
      });
      socket.write(upgradeRequest(path, 'barrage.v1.json'));
    }
    if (!isOpen || socket.writableLength > MAX_UNREAD_BYTES) return 0;
    const now = Math.min(count, FRAMES);
    socket.write(frames.subarray(0, now * frame.length));
    return now;
  };
}

function requestsSender(order: BeginOrder): (count: number) => number {
  const idle = new Set<Socket>();
  const kept = new Set<Socket>();
  const keep = () => {
    const socket = open(order, () => idle.add(socket));
    kept.add(socket);
    socket.once('connect', () => idle.add(socket));
    socket.once('close', () => {
      idle.delete(socket);
      kept.delete(socket);
    });
  };
  return (count) => {
    while (kept.size < KEPT) keep();
    let sent = 0;
    for (const socket of idle) {
      if (sent === count) break;
      idle.delete(socket);
      socket.write(order.text);
      sent++;
    }
    return sent;
  };
}

function connectionsSender(order: BeginOrder): (count: number) => number {
  return (count) => {
    const now = Math.min(count, MAX_OPENING - sockets.size);
    for (let left = now; left > 0; left--) {
      const socket = open(order, () => socket.destroy());
      socket.write(order.text);
    }
    return Math.max(0, now);
  };
}

function open({ port, from }: BeginOrder, answered: () => void): Socket {
  const callback = () => {
    answered();
    return true; // goes on reading
  };
  const socket = connect({ host: '127.0.0.1', port, localAddress: from, noDelay: true, onread: { buffer: shared, callback } });
  counts.connections++;
  sockets.add(socket);
  socket.on('error', () => undefined); // the close tells
  socket.on('end', () => socket.destroy());
  socket.on('close', () => sockets.delete(socket));
  return socket;
}
