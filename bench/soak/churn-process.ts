// Viewers who come, stay for a while and leave, all the time, in a process of its own: they read what comes and look at none of it. It does
// what IPC messages order (churn-messages.ts), and ends with the channel to the process that started it.
import { connect, type Socket } from 'node:net';
import type { Subprotocol } from '../../src/protocol/codec.ts';
import { SeededRandom } from '../lib/seeded-random.ts';
import { upgradeRequest } from '../load/upgrade-request.ts';
import type { ChurnCounts, ChurnOrder } from './churn-messages.ts';

const FROM = '127.3.0.4';
const SEED = 3;
const SUBPROTOCOL = 'barrage.v1.protobuf' satisfies Subprotocol;
const READ_BYTES = 64 * 1024;

/** Every socket is read into the same bytes. */
const shared = Buffer.allocUnsafe(READ_BYTES);
const random = new SeededRandom(SEED);
const counts = { came: 0, left: 0, lost: 0 };

process.on('disconnect', () => process.exit());
process.on('message', (order: ChurnOrder) => {
  if (order.do === 'begin') comeOn(order);
  process.send?.(counts satisfies ChurnCounts);
});

/** One after the other, with the gaps of a Poisson process. */
function comeOn(order: Extract<ChurnOrder, { do: 'begin' }>): void {
  setTimeout(
    () => {
      come(order);
      comeOn(order);
    },
    random.exponential(1000 / order.perSecond),
  );
}

function come({ port, room, staySeconds }: Extract<ChurnOrder, { do: 'begin' }>): void {
  const isSocket = counts.came % 2 === 0;
  counts.came++;
  let hasAnswered = false;
  let isLeaving = false;
  const callback = (length: number) => {
    if (!hasAnswered && !isWelcome(shared.toString('latin1', 0, Math.min(length, 12)))) socket.destroy();
    hasAnswered = true;
    return true; // goes on reading
  };
  const socket: Socket = connect({ host: '127.0.0.1', port, localAddress: FROM, onread: { buffer: shared, callback } });
  const leaving = setTimeout(
    () => {
      isLeaving = true;
      socket.destroy();
    },
    random.exponential(staySeconds * 1000),
  );
  socket.once('connect', () => socket.write(isSocket ? upgradeRequest(`/v1/ws?room=${room}`, SUBPROTOCOL) : streamRequest(room)));
  socket.on('error', () => undefined); // the close tells
  socket.on('end', () => socket.destroy());
  socket.on('close', () => {
    clearTimeout(leaving);
    counts[isLeaving ? 'left' : 'lost']++;
  });
}

function isWelcome(status: string): boolean {
  return status === 'HTTP/1.1 101' || status === 'HTTP/1.1 200';
}

function streamRequest(room: string): string {
  return `GET /v1/rooms/${room}/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/event-stream\r\n\r\n`;
}
