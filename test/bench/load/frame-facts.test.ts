import { describe, expect, it } from 'vitest';
import { readFrame } from '../../../bench/load/frame-facts.ts';
import type { Batch, EventBody } from '../../../src/protocol/event.ts';
import { encodeBody } from '../../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../../src/protocol/sealed-event.ts';
import { bytesOf } from '../../support/hex.ts';

const AT = 1_795_300_000_123;
const user = { id: 'u1', name: 'Ann', badges: ['vip'] };
const comment = { user, text: '第666', mode: 'top', color: 255, size: 18, repeat: 1 } as const;
const gift = { user, giftId: 'rocket', name: 'Rocket', count: 3, value: 2 ** 40, combo: 2 };

const seal = (body: EventBody, offset: number) => SealedEvent.seal(encodeBody(body), { offset, at: AT + offset });
const chat: Batch<SealedEvent> = {
  lane: 'chat',
  from: 2 ** 32,
  to: 2 ** 32 + 140,
  skipped: 6,
  events: [seal({ comment: { ...comment, repeat: 132 } }, 1), seal({ comment }, 2)],
};
const priority: Batch<SealedEvent> = {
  lane: 'priority',
  from: 0,
  to: 2,
  skipped: 0,
  events: [seal({ gift }, 1), seal({ notice: { text: 'x' } }, 2)],
};
const ambient: Batch<SealedEvent> = { lane: 'ambient', from: 0, to: 0, skipped: 0, events: [seal({ like: { count: 1, total: 9 } }, 0)] };

/** In the midst of other bytes, as it lies in what came over a socket. */
function sliceOf(message: Uint8Array) {
  const bytes = Buffer.concat([Buffer.from([0xff, 0xff]), message, Buffer.from([0xff])]);
  return { bytes, start: 2, end: 2 + message.length };
}

const factsOf = (frame: Parameters<typeof protobufCodec.encodeServerFrame>[0]) =>
  readFrame(sliceOf(protobufCodec.encodeServerFrame(frame)));

describe('readFrame()', () => {
  it('counts what the comments of a batch stand for', () => {
    expect(factsOf({ batch: chat })).toEqual({
      batch: { lane: 'chat', from: 2 ** 32, to: 2 ** 32 + 140, skipped: 6, repeats: 133, gifts: 0, times: [AT + 1, AT + 2] },
    });
  });

  it('counts gifts, and no other events of their lane', () => {
    expect(factsOf({ batch: priority })).toEqual({
      batch: { lane: 'priority', from: 0, to: 2, skipped: 0, repeats: 0, gifts: 1, times: [AT + 1, AT + 2] },
    });
  });

  it('knows the ambient lane', () => {
    expect(factsOf({ batch: ambient })).toMatchObject({ batch: { lane: 'ambient', from: 0, to: 0, times: [AT] } });
  });

  it('knows where a viewer joins, and what it is caught up with', () => {
    const joined = { room: 'r', epoch: 'e1', cursor: 'e1.2.140', recovered: true, online: 1, batches: [priority, chat] };
    expect(factsOf({ joined })).toMatchObject({
      joined: { cursor: 'e1.2.140', recovered: true, batches: [{ gifts: 1 }, { repeats: 133 }] },
    });
  });

  it.each([{ ack: { id: 1, ref: 'c1' } }, { error: { code: 'internal', message: 'x', temporary: true } }, { pong: {} }] as const)(
    'passes over %j',
    (frame) => {
      expect(factsOf(frame)).toEqual({ other: true });
    },
  );

  it('reads these bytes, which are the protocol', () => {
    // batch { lane: chat, from: 16, to: 18, skipped: 1, events: { offset: 17, at: 1000, comment: { text: "6", repeat: 2 } } }
    const bytes = Buffer.from(bytesOf('1216 0802 1010 1812 2001 2a0c 0811 10e807 1a05 120136 3002'));
    expect(protobufCodec.decodeServerFrame(bytes)).toMatchObject({ batch: { from: 16, to: 18 } });
    expect(readFrame({ bytes, start: 0, end: bytes.length })).toEqual({
      batch: { lane: 'chat', from: 16, to: 18, skipped: 1, repeats: 2, gifts: 0, times: [1000] },
    });
  });

  it('passes over fields of a newer protocol, of every wire type', () => {
    const added = Buffer.from([0xf8, 0x01, 0x05, 0xf9, 0x01, 1, 2, 3, 4, 5, 6, 7, 8, 0xfd, 0x01, 1, 2, 3, 4, 0xfa, 0x01, 1, 9]);
    const message = Buffer.concat([added, protobufCodec.encodeServerFrame({ batch: priority })]);
    expect(readFrame(sliceOf(message))).toMatchObject({ batch: { gifts: 1 } });
  });

  it('takes nothing that is cut off', () => {
    const { bytes, start, end } = sliceOf(protobufCodec.encodeServerFrame({ batch: chat }));
    expect(() => readFrame({ bytes, start, end: end - 1 })).toThrow(RangeError);
  });
});
