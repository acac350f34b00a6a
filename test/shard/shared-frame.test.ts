import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { ANN, sealedText } from '../support/events.ts';

/** Below what the WebSocket library sends ahead of smaller messages. */
const MAX_FRAME_BYTES = 16 * 1024 - 1;

function batchOf(events: readonly SealedEvent[], rest: Partial<Batch<SealedEvent>> = {}): Batch<SealedEvent> {
  return { lane: 'chat', from: 0, to: events.at(-1)?.offset ?? 0, skipped: 0, events, ...rest };
}

const crowd = (count: number, text: string) => Array.from({ length: count }, (_, index) => sealedText(`${index} ${text}`, index + 1));

test('SharedFrame is encoded once per codec', () => {
  const batch = batchOf([], { to: 1 });
  const frame = new SharedFrame(batch);
  expect(frame.bytes(jsonCodec)).toBe(frame.bytes(jsonCodec));
  expect([...frame.bytes(jsonCodec)]).toEqual([...jsonCodec.encodeServerFrame({ batch })]);
  expect([...frame.bytes(protobufCodec)]).toEqual([...protobufCodec.encodeServerFrame({ batch })]);
});

test('SharedFrame is packed once, for a codec that packs, and for no other', () => {
  let packed = 0;
  const packing: Codec = {
    ...protobufCodec,
    subprotocol: 'barrage.v1.protobuf.deflate',
    pack: (frame) => {
      packed++;
      return frame.slice(1);
    },
  };
  const frame = new SharedFrame(batchOf(crowd(3, 'a')));
  const plain = frame.bytes(protobufCodec);
  expect([frame.bytes(packing), frame.bytes(packing)]).toEqual([plain.slice(1), plain.slice(1)]);
  expect(packed).toBe(1);
});

test('a batch too long to be inflated at once goes in parts, and only those are packed', () => {
  const packed: number[] = [];
  const packing: Codec = {
    ...protobufCodec,
    subprotocol: 'barrage.v1.protobuf.deflate',
    pack: (frame) => {
      packed.push(frame.length);
      return frame.slice(0, 9);
    },
  };
  const batch = batchOf(crowd(600, 'a'.repeat(500)));
  expect(protobufCodec.encodeServerFrame({ batch }).length).toBeGreaterThan(262_144);
  expect(new SharedFrame(batch).parts(packing).flatMap((part) => part.batch.events)).toEqual(batch.events);
  expect(packed).toHaveLength(2);
  expect(Math.max(...packed)).toBeLessThanOrEqual(262_144);
});

test('a frame that is short enough is sent as it is, and so is a single event however long', () => {
  for (const events of [[], crowd(1, 'a'), crowd(100, 'a'), crowd(1, 'a'.repeat(20_000))]) {
    const frame = new SharedFrame(batchOf(events, { to: 100 }));
    expect(frame.parts(jsonCodec)).toEqual([frame]);
  }
});

test('a long frame goes in parts that follow each other, made once per codec, its skips with the last', () => {
  const frame = new SharedFrame(batchOf(crowd(300, 'a'.repeat(20)), { from: 0, to: 400, skipped: 100 }));
  const parts = frame.parts(jsonCodec);
  expect(parts.length).toBeGreaterThan(3);
  expect(frame.parts(jsonCodec)).toBe(parts);
  expect(parts.map(({ batch }) => batch.skipped)).toEqual([...parts.slice(1).map(() => 0), 100]);
  // The other codec is shorter, and needs fewer.
  expect(frame.parts(protobufCodec).length).toBeLessThan(parts.length);
});

test('whatever a batch holds, its parts tell the same, each short enough', () => {
  const event = fc.record({
    gap: fc.integer({ min: 1, max: 4 }),
    length: fc.integer({ min: 1, max: 800 }),
    repeat: fc.constantFrom(1, 1, 7),
  });
  const codec = fc.constantFrom(jsonCodec, protobufCodec);
  const lane = fc.constantFrom('chat' as const, 'priority' as const);
  fc.assert(
    fc.property(fc.array(event, { maxLength: 120, size: 'max' }), fc.nat({ max: 5 }), codec, lane, (given, beyond, codec, lane) => {
      let offset = 10;
      const events = given.map(({ gap, length, repeat }) => {
        offset += gap;
        const comment = { user: ANN, text: 'x'.repeat(length), mode: 'scroll', color: 0, size: 25, repeat: 1 } as const;
        const one = sealedText(comment.text, offset);
        return repeat === 1 ? one : one.repeated(comment, repeat);
      });
      const batch = batchOf(events, { lane, from: 10, to: offset + beyond, skipped: beyond });
      const parts = new SharedFrame(batch).parts(codec);
      expect(parts.flatMap((part) => part.batch.events)).toEqual(events);
      expect(parts.reduce((sum, part) => sum + part.batch.skipped, 0)).toBe(batch.skipped);
      let at = batch.from;
      for (const part of parts) {
        expect([part.batch.lane, part.batch.from]).toEqual([lane, at]);
        at = part.batch.to;
        if (part.batch.events.length > 1) expect(part.bytes(codec).length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
      }
      expect(at).toBe(batch.to);
    }),
    { numRuns: 300 },
  );
});
