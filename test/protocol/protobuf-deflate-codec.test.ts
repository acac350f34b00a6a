import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { SUBPROTOCOLS } from '../../src/protocol/codec.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { encodeDeflated, protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { ANN } from '../support/events.ts';
import { bytesOf, hexOf } from '../support/hex.ts';

const PONG = '2a00';
// By hand, from RFC 1951, 3.2.4: the last block, stored; its length and the complement of that; the bytes.
const STORED_PONG = `01 0200 fdff ${PONG}`;
// By hand, from proto/barrage/v1/frame.proto.
const DEFLATED_PONG = `3207 ${STORED_PONG}`;

const unpack = (message: Uint8Array) => protobufDeflateCodec.unpack?.(message);

describe('protobufDeflateCodec', () => {
  test('is a subprotocol of its own', () => {
    expect(protobufDeflateCodec.subprotocol).toBe('barrage.v1.protobuf.deflate');
    expect(SUBPROTOCOLS).toContain(protobufDeflateCodec.subprotocol);
    expect(protobufDeflateCodec.isBinary).toBe(true);
  });

  test('writes and reads the literal bytes of a deflated frame', () => {
    expect(hexOf(encodeDeflated({ frame: bytesOf(STORED_PONG) }))).toBe(hexOf(bytesOf(DEFLATED_PONG)));
    const deflated = unpack(bytesOf(DEFLATED_PONG));
    expect(hexOf(inflateRawSync(deflated?.frame ?? new Uint8Array()))).toBe(PONG);
  });

  test('answers, once inflated, the frame that was deflated', () => {
    const events = Array.from({ length: 50 }, (_, index) => {
      const comment = { user: ANN, text: `弹幕 ${index}`, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const;
      return SealedEvent.seal(encodeBody({ comment }), { offset: index + 1, at: 0 });
    });
    const plain = protobufDeflateCodec.encodeServerFrame({ batch: { lane: 'chat', from: 0, to: 50, skipped: 0, events } });
    const message = encodeDeflated({ frame: deflateRawSync(plain) });
    expect(message.length).toBeLessThan(plain.length / 3);
    const inflated = inflateRawSync(unpack(message)?.frame ?? new Uint8Array());
    expect(inflated).toHaveLength(plain.length);
    const decoded = protobufDeflateCodec.decodeServerFrame(inflated) as Extract<ServerFrame, { batch: unknown }>;
    expect(decoded.batch.events).toHaveLength(50);
    expect(decoded.batch.events[49]).toMatchObject({ offset: 50, comment: { text: '弹幕 49' } });
  });

  test.each([
    ['a plain frame', PONG],
    ['an empty message', ''],
    ['a frame of a newer server', '7a00'],
    ['a deflated frame that is cut short', DEFLATED_PONG.slice(0, -4)],
    ['garbage', 'ffffff'],
  ])('has nothing to inflate in %s', (_, hex) => {
    expect(unpack(bytesOf(hex))).toBeUndefined();
  });

  test('reads a deflated frame without bytes as having none, for the reader to refuse', () => {
    expect(unpack(bytesOf('3200'))?.frame).toHaveLength(0);
  });

  test('answers bytes of the message itself, and copies none', () => {
    const message = bytesOf(DEFLATED_PONG);
    expect(unpack(message)?.frame.buffer).toBe(message.buffer);
  });
});

test('protobufCodec does not understand a deflated frame', () => {
  expect(protobufCodec.unpack).toBeUndefined();
  expect(protobufCodec.decodeServerFrame(bytesOf(DEFLATED_PONG))).toBeUndefined();
});
