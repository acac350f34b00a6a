import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Event } from '../../src/protocol/event.ts';
import type { ClientFrame, ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { anyBody } from '../support/events.ts';

const codecs = [protobufCodec, jsonCodec];
const text = fc.string({ unit: 'binary', maxLength: 12 });
const count = fc.integer({ min: 0, max: 0xffff_ffff });
const stamp = { at: fc.maxSafeNat(), offset: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }) };

/** The same event sealed, and as a reader must see it. */
const logged = fc.record({ body: anyBody, ...stamp }).map(({ body, offset, at }) => ({
  sealed: SealedEvent.seal(encodeBody(body), { offset, at }),
  event: { offset, at, ...body } as Event,
}));
const ambient = fc.record({ body: anyBody, at: stamp.at }).map(({ body, at }) => ({
  sealed: SealedEvent.seal(encodeBody(body), { offset: 0, at }),
  event: { at, ...body } as Event,
}));

/** A batch to write, and the batch to be read. */
const batch = fc.oneof(
  fc
    .record({
      head: fc.record({
        lane: fc.constantFrom('priority' as const, 'chat' as const),
        from: fc.maxSafeNat(),
        to: fc.maxSafeNat(),
        skipped: count,
      }),
      events: fc.array(logged, { maxLength: 4 }),
    })
    .map(({ head, events }) => pair(head, events)),
  fc.array(ambient, { maxLength: 4 }).map((events) => pair({ lane: 'ambient' as const, from: 0, to: 0, skipped: 0 }, events)),
);

const serverFrame: fc.Arbitrary<{ written: ServerFrame<SealedEvent>; read: ServerFrame }> = fc.oneof(
  batch.map(({ written, read }) => ({ written: { batch: written }, read: { batch: read } })),
  fc
    .record({
      head: fc.record({ room: text, epoch: text, cursor: text, recovered: fc.boolean(), online: count }),
      batches: fc.array(batch, { maxLength: 3 }),
    })
    .map(({ head, batches }) => ({
      written: { joined: { ...head, batches: batches.map(({ written }) => written) } },
      read: { joined: { ...head, batches: batches.map(({ read }) => read) } },
    })),
  fc.record({ ack: fc.record({ id: fc.maxSafeNat(), ref: text, epoch: text }, { requiredKeys: ['id'] }) }).map(same),
  fc.record({ refresh: fc.record({ expiresAt: fc.maxSafeNat() }) }).map(same),
  fc
    .record({
      error: fc.record(
        { id: fc.maxSafeNat(), code: text, message: text, temporary: fc.boolean(), retryAfterMs: fc.maxSafeNat() },
        { requiredKeys: ['code', 'message', 'temporary'] },
      ),
    })
    .map(same),
  fc.constant({ pong: {} }).map(same),
);

test('both codecs read from their own bytes the server frame that was written', () => {
  fc.assert(
    fc.property(serverFrame, ({ written, read }) => {
      for (const codec of codecs) expect(codec.decodeServerFrame(codec.encodeServerFrame(written))).toStrictEqual(structuredClone(read));
    }),
    { numRuns: 1000 },
  );
});

// An empty name is one that was left out: protobuf cannot tell the two apart.
const user = fc.record({ id: text, name: fc.string({ minLength: 1 }) });
const clientFrame: fc.Arbitrary<ClientFrame> = fc
  .record({
    id: fc.record({ id: fc.maxSafeNat() }, { requiredKeys: [] }),
    command: fc.oneof(
      fc.record({ join: fc.record({ room: text, cursor: text }, { requiredKeys: ['room'] }) }),
      fc.record({
        comment: fc.record(
          { text, mode: fc.constantFrom('scroll' as const, 'top' as const, 'bottom' as const), color: count, size: count, user },
          { requiredKeys: ['text'] },
        ),
      }),
      fc.record({ like: fc.record({ count }) }),
      fc.constant({ ping: {} }),
    ),
  })
  .map(({ id, command }) => ({ ...id, ...command }));

test('both codecs decode from their own bytes the client frame that was sent', () => {
  fc.assert(
    fc.property(clientFrame, (frame) => {
      for (const codec of codecs) {
        const message = Buffer.from(codec.encodeClientFrame(frame));
        expect(codec.decodeClientFrame(message, codec.isBinary)).toEqual({ ok: true, value: frame });
      }
    }),
    { numRuns: 1000 },
  );
});

function pair<H>(head: H, events: readonly { sealed: SealedEvent; event: Event }[]) {
  return {
    written: { ...head, events: events.map(({ sealed }) => sealed) },
    read: { ...head, events: events.map(({ event }) => event) },
  };
}

function same<F>(frame: F): { written: F; read: F } {
  return { written: frame, read: frame };
}

test('a sealed event keeps no more memory than its bytes: no slice of a pool', () => {
  const { protobuf } = SealedEvent.seal(encodeBody({ notice: { text: 'n' } }), { offset: 1, at: 2 });
  expect(protobuf.buffer.byteLength).toBe(protobuf.length);
});
