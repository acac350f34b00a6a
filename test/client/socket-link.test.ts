import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { SocketLink } from '../../src/client/socket-link.ts';
import type { WebSocketLike } from '../../src/client/types.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { encodeDeflated, protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';

/** A WebSocket whose events the test tells. */
class ToldSocket implements WebSocketLike {
  static made: ToldSocket[] = [];
  binaryType = 'blob';
  protocol = '';
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

function link() {
  const closes: [number, string][] = [];
  const told: unknown[] = [];
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const handler = {
    opened: () => undefined,
    received: (frame: unknown) => told.push(frame),
    closed: (code: number, reason: string) => {
      closes.push([code, reason]);
      end();
    },
    failed: () => undefined,
  };
  const codecs = [protobufDeflateCodec, protobufCodec] as const;
  const made = new SocketLink({ url: 'ws://127.0.0.1/v1/ws', codecs, WebSocket: ToldSocket }, handler);
  const socket = ToldSocket.made.at(-1);
  if (!socket) throw new Error('no socket was made');
  return { socket, closes, told, ended, link: made };
}

/** A message as it arrives: an ack of this id, deflated or not. */
function message(id: number, how: 'plain' | 'deflated'): ArrayBuffer {
  const frame = protobufCodec.encodeServerFrame({ ack: { id, ref: `c${id}`.padEnd(100, '0') } });
  const bytes = how === 'plain' ? frame : encodeDeflated({ frame: deflateRawSync(frame) });
  return Uint8Array.from(bytes).buffer;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

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

test.for(['barrage.v1.protobuf.deflate', ''])('in subprotocol "%s" a deflated frame is inflated', async (protocol) => {
  const { socket, told, ended } = link();
  socket.protocol = protocol;
  socket.onopen?.();
  socket.onmessage?.({ data: message(1, 'deflated') });
  socket.onclose?.({ code: 1000, reason: '' });
  await ended;
  expect(told).toMatchObject([{ ack: { id: 1 } }]);
});

test('in subprotocol "barrage.v1.protobuf" it is a frame that this version does not understand', () => {
  const { socket, told } = link();
  socket.protocol = 'barrage.v1.protobuf';
  socket.onopen?.();
  socket.onmessage?.({ data: message(1, 'deflated') });
  socket.onmessage?.({ data: message(2, 'plain') });
  expect(told).toMatchObject([undefined, { ack: { id: 2 } }]);
});

test('frames come in order and complete, whichever are deflated and however they arrive; the close comes last', async () => {
  const step = fc.constantFrom('plain', 'deflated', 'pause');
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const { socket, told, closes, ended } = link();
      socket.onopen?.();
      let sent = 0;
      for (const step of steps) {
        if (step === 'pause') await turn();
        else socket.onmessage?.({ data: message(sent++, step) });
      }
      expect(closes).toEqual([]);
      socket.onclose?.({ code: 4000, reason: 'draining' });
      await ended;
      const ids = told.map((frame) => (frame as { ack: { id: number } }).ack.id);
      expect(ids).toEqual(Array.from({ length: sent }, (_, index) => index));
      expect(closes).toEqual([[4000, 'draining']]);
    }),
    { numRuns: 100 },
  );
});

test('a link that is dropped while a frame is inflated tells neither it nor what is behind it', async () => {
  const { socket, told, closes, link: dropped } = link();
  socket.onopen?.();
  socket.onmessage?.({ data: message(1, 'deflated') });
  socket.onmessage?.({ data: message(2, 'plain') });
  socket.onclose?.({ code: 4000, reason: 'draining' });
  dropped.drop();
  for (let turns = 0; turns < 20; turns++) await turn();
  expect([told, closes]).toEqual([[], []]);
});
