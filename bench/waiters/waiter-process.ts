// Thousands of waiters on plain sockets, in a process of its own: connections that ask once and wait. It does what IPC messages order
// (messages.ts), and ends with the channel to the process that started it.
import { connect, type Socket } from 'node:net';
import { openMany } from '../lib/open-many.ts';
import { type CrowdNews, type CrowdOrder, monotonicMs, type WaitKind } from './messages.ts';

/** Connections being set up at once: two of these processes connect to one server. */
const AT_ONCE = 128;
const NOTHING = Buffer.alloc(0);

interface Waiter {
  readonly socket: Socket;
  /** The end of what came last: the text that is looked for may come in two. */
  tail: Buffer;
  isAnswered: boolean;
}

const waiters: Waiter[] = [];
let kind: WaitKind = 'poll';
let expected = NOTHING;
let isClosing = false;
let answered = { count: 0, firstAt: 0, lastAt: 0, bytes: 0 };
let lost = 0;

process.on('disconnect', () => process.exit());
process.on('message', (order: CrowdOrder) => void obey(order));

async function obey(order: CrowdOrder): Promise<void> {
  switch (order.do) {
    case 'open':
      await open(order);
      return tell({ done: 'open' });
    case 'expect':
      expected = Buffer.from(order.text);
      answered = { count: 0, firstAt: 0, lastAt: 0, bytes: 0 };
      for (const waiter of waiters) waiter.isAnswered = false;
      return tell({ done: 'expect' });
    case 'ask':
      for (const { socket } of waiters) ask(socket, order.path);
      return tell({ done: 'ask' });
    case 'report':
      return tell({ answered: { ...answered, lost } });
    case 'close':
      isClosing = true;
      for (const { socket } of waiters.splice(0)) socket.destroy();
      return tell({ done: 'close' });
  }
}

function tell(news: CrowdNews): void {
  process.send?.(news);
}

async function open({ kind: asked, port, path, count, from }: Extract<CrowdOrder, { do: 'open' }>): Promise<void> {
  kind = asked;
  isClosing = false;
  lost = 0;
  await openMany({ count, atOnce: AT_ONCE }, () => openOne({ port, from, path }));
}

function openOne({ port, from, path }: { port: number; from: string; path: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port, localAddress: from });
    const waiter: Waiter = { socket, tail: NOTHING, isAnswered: false };
    socket.once('connect', () => {
      waiters.push(waiter);
      ask(socket, path);
      resolve();
    });
    socket.on('error', (error) => {
      if (socket.connecting) reject(error); // later: the close tells
    });
    socket.on('close', () => {
      if (!isClosing) lost++;
    });
    socket.on('data', (part) => receive(waiter, part));
  });
}

function ask(socket: Socket, path: string): void {
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Encoding: identity\r\n\r\n`);
}

function receive(waiter: Waiter, part: Buffer): void {
  const seen = waiter.tail.length === 0 ? part : Buffer.concat([waiter.tail, part]);
  if (expected.length > 0 && !waiter.isAnswered && seen.includes(expected)) {
    const now = monotonicMs();
    waiter.isAnswered = true;
    waiter.tail = NOTHING;
    answered.count++;
    if (answered.count === 1) answered.firstAt = now;
    answered.lastAt = now;
    answered.bytes = seen.length;
    if (answered.count === waiters.length) tell({ answered: { ...answered, lost } });
    return;
  }
  // A copy: a slice would keep the whole part.
  waiter.tail = Buffer.from(seen.subarray(-Math.max(0, expected.length - 1) || seen.length));
  if (kind === 'poll' && !waiter.isAnswered && seen.includes('\r\n\r\n')) lost++; // answered, and with something else
}
