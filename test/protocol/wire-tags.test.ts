import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBody } from '../../src/protocol/event.ts';
import { barrage } from '../../src/protocol/generated/barrage.js';
import { encodeBody, refsRetractedBy } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { anyBody } from '../support/events.ts';
import { hexOf } from '../support/hex.ts';

// The codec writes batches and stamps with tags of its own. Here the generated code, made from proto/ alone, says what they must be.
const wire = barrage.v1;
const { Mode } = wire.Comment;
const { Lane } = wire.Batch;

const stamp = fc.record({ offset: fc.maxSafeNat(), at: fc.maxSafeNat() });
const stamped = fc.record({ body: anyBody, stamp });
const batchOf = fc.record({
  lane: fc.constantFrom('priority' as const, 'chat' as const, 'ambient' as const),
  from: fc.maxSafeNat(),
  to: fc.maxSafeNat(),
  skipped: fc.nat(),
  events: fc.array(stamped, { maxLength: 4 }),
});
const head = fc.record({ room: fc.string(), epoch: fc.string(), cursor: fc.string(), recovered: fc.boolean(), online: fc.nat() });

test('SealedEvent.seal() makes what the generated code reads as the same event', () => {
  fc.assert(
    fc.property(stamped, ({ body, stamp }) => {
      const event = SealedEvent.seal(encodeBody(body), stamp);
      expect(reencoded(wire.Event, event.protobuf)).toBe(reencoded(wire.Event, wire.Event.encode(wireEvent(body, stamp)).finish()));
    }),
  );
});

test('refsRetractedBy() finds the refs of a retract, and none in any other event', () => {
  fc.assert(
    fc.property(stamped, ({ body, stamp }) => {
      const { protobuf } = SealedEvent.seal(encodeBody(body), stamp);
      expect(refsRetractedBy(protobuf)).toEqual(wire.Event.decode(protobuf).retract?.refs ?? []);
    }),
    { numRuns: 1000 },
  );
});

test('protobufCodec writes a batch as the generated code does', () => {
  fc.assert(
    fc.property(batchOf, (batch) => {
      const written = protobufCodec.encodeServerFrame({ batch: sealAll(batch) });
      const expected = wire.ServerFrame.encode({ batch: wireBatch(batch) }).finish();
      expect(reencoded(wire.ServerFrame, written)).toBe(reencoded(wire.ServerFrame, expected));
    }),
  );
});

test('protobufCodec writes joined as the generated code does', () => {
  fc.assert(
    fc.property(head, fc.array(batchOf, { maxLength: 3 }), (joined, batches) => {
      const written = protobufCodec.encodeServerFrame({ joined: { ...joined, batches: batches.map(sealAll) } });
      const expected = wire.ServerFrame.encode({ joined: { ...joined, batches: batches.map(wireBatch) } }).finish();
      expect(reencoded(wire.ServerFrame, written)).toBe(reencoded(wire.ServerFrame, expected));
    }),
  );
});

type Stamped = { readonly body: EventBody; readonly stamp: { readonly offset: number; readonly at: number } };
type Written = typeof batchOf extends fc.Arbitrary<infer B> ? B : never;

function sealAll(batch: Written): Omit<Written, 'events'> & { events: SealedEvent[] } {
  return { ...batch, events: batch.events.map(({ body, stamp }: Stamped) => SealedEvent.seal(encodeBody(body), stamp)) };
}

function wireBatch({ lane, from, to, skipped, events }: Written): barrage.v1.Batch.$Properties {
  return { lane: Lane[lane], from, to, skipped, events: events.map(({ body, stamp }: Stamped) => wireEvent(body, stamp)) };
}

/** The event's fields under their names in the schema, usual values left out as the codec leaves them out. */
function wireEvent(body: EventBody, stamp: Stamped['stamp']): barrage.v1.Event.$Properties {
  const plain: Record<string, unknown> = { ...stamp, ...body };
  if ('comment' in body) {
    const { user, text, mode, color, size, repeat } = body.comment;
    plain['comment'] = {
      user,
      text,
      mode: mode === 'scroll' ? undefined : Mode[mode],
      color: color === 0xffffff ? undefined : color,
      size: size === 25 ? undefined : size,
      repeat: repeat === 1 ? undefined : repeat,
    };
  }
  // The schema's names and types, by the mapping above.
  return plain as barrage.v1.Event.$Properties;
}

/** Reads bytes by the generated code and writes them again: fields in the schema's order, so that equal messages are equal bytes. */
function reencoded<M>(type: { decode(bytes: Uint8Array): M; encode(message: M): { finish(): Uint8Array } }, bytes: Uint8Array): string {
  return hexOf(type.encode(type.decode(bytes)).finish());
}
