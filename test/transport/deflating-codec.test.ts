import { inflateRawSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { deflatingCodec } from '../../src/transport/deflating-codec.ts';
import { sealedText } from '../support/events.ts';

const batchOf = (events: SealedEvent[]) => ({ batch: { lane: 'chat', from: 0, to: events.length, skipped: 0, events } }) as const;
const repeats = batchOf(Array.from({ length: 40 }, (_, index) => sealedText(`comment no. ${index}`, index + 1)));

/** Bytes in which deflate finds nothing to repeat. */
function noise(length: number): Uint8Array {
  let seed = 1;
  return Uint8Array.from({ length }, () => {
    seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
    return seed >>> 24;
  });
}

test('a frame that shrinks is packed, and unpacked it is what it was', () => {
  const frame = deflatingCodec.encodeServerFrame(repeats);
  const packed = deflatingCodec.pack?.(frame) ?? frame;
  expect(packed.length).toBeLessThan(frame.length / 3);
  const deflated = protobufDeflateCodec.unpack?.(packed);
  expect(Buffer.compare(inflateRawSync(deflated?.frame ?? packed), frame)).toBe(0);
});

test('its frames before that are those of barrage.v1.protobuf, byte for byte', () => {
  expect(deflatingCodec.subprotocol).toBe('barrage.v1.protobuf.deflate');
  expect(deflatingCodec.encodeServerFrame(repeats)).toEqual(protobufCodec.encodeServerFrame(repeats));
});

test('a short frame goes as it is', () => {
  const frame = deflatingCodec.encodeServerFrame(batchOf([sealedText('666', 1)]));
  expect(deflatingCodec.pack?.(frame)).toBe(frame);
  expect(deflatingCodec.pack?.(new Uint8Array(63))).toHaveLength(63);
  expect(deflatingCodec.pack?.(new Uint8Array(64)).length).toBeLessThan(10);
});

test('a frame of 262,144 bytes is packed, and a longer one is a mistake of the caller', () => {
  expect(deflatingCodec.pack?.(new Uint8Array(262_144)).length).toBeLessThan(1000);
  expect(() => deflatingCodec.pack?.(new Uint8Array(262_145))).toThrow('no client inflates so long a frame');
});

test('a frame that would not become smaller goes as it is', () => {
  for (const length of [64, 1000, 20_000]) {
    const frame = noise(length);
    expect(deflatingCodec.pack?.(frame)).toBe(frame);
  }
});
