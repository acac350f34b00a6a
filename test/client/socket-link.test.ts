import { expect, test } from 'vitest';
import { SocketLink } from '../../src/client/socket-link.ts';
import type { WebSocketLike } from '../../src/client/types.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';

/** A WebSocket whose events the test tells. */
class ToldSocket implements WebSocketLike {
  static made: ToldSocket[] = [];
  binaryType = 'blob';
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;

  constructor() {
    ToldSocket.made.push(this);
  }

  send(): void {
    throw new Error('nothing is sent here');
  }

  close(): void {
    this.onerror?.(); // as Node's do when they are closed while connecting
  }
}

function link(): { socket: ToldSocket; closes: [number, string][]; link: SocketLink } {
  const closes: [number, string][] = [];
  const handler = {
    opened: () => undefined,
    received: () => undefined,
    closed: (code: number, reason: string) => closes.push([code, reason]),
  };
  const made = new SocketLink({ url: 'ws://127.0.0.1/v1/ws', codec: protobufCodec, WebSocket: ToldSocket }, handler);
  const socket = ToldSocket.made.at(-1);
  if (!socket) throw new Error('no socket was made');
  return { socket, closes, link: made };
}

test('an error before the handshake ends the link, also where no close follows', () => {
  const { socket, closes } = link();
  socket.onerror?.();
  expect(closes).toEqual([[1006, '']]);
});

test('a close that follows such an error is not told again', () => {
  const { socket, closes } = link();
  const { onclose } = socket;
  socket.onerror?.();
  onclose?.({ code: 1006, reason: '' });
  expect(closes).toEqual([[1006, '']]);
});

test('an error after the handshake leaves the telling to the close', () => {
  const { socket, closes } = link();
  socket.onopen?.();
  socket.onerror?.();
  expect(closes).toEqual([]);
  socket.onclose?.({ code: 4000, reason: 'draining' });
  expect(closes).toEqual([[4000, 'draining']]);
});

test('dropping a link that is still connecting tells nothing', () => {
  const { closes, link: dropped } = link();
  dropped.drop();
  expect(closes).toEqual([]);
});
