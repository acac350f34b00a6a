import { expect, test } from 'vitest';
import type { Batch } from '../../src/protocol/event.ts';
import type { Joined } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { SharedJoined } from '../../src/shard/shared-joined.ts';
import { sealedNotice, sealedText } from '../support/events.ts';

const MAX_FRAME_BYTES = 15 * 1024;
const CURSOR = { epoch: 'e2', priority: 40, chat: 60 };
const CODECS = [protobufCodec, jsonCodec];

const make = (batches: readonly Batch<SealedEvent>[]) =>
  new SharedJoined({ room: 'r', online: 3, cursor: CURSOR, batches, last: undefined });
const comments = (text: string): Batch<SealedEvent> => {
  const events = Array.from({ length: 15 }, (_, index) => sealedText(text, 46 + index));
  return { lane: 'chat', from: 45, to: 60, skipped: 0, events };
};
const notice: Batch<SealedEvent> = { lane: 'priority', from: 39, to: 40, skipped: 0, events: [sealedNotice(40)] };

function decoded(shared: SharedJoined, codec: (typeof CODECS)[number]): Joined {
  const bytes = shared.bytes(codec);
  expect(bytes.length).toBeLessThanOrEqual(MAX_FRAME_BYTES);
  const frame = codec.decodeServerFrame(codec.isBinary ? bytes : Buffer.from(bytes).toString());
  if (!frame || !('joined' in frame)) throw new Error('not joined');
  return frame.joined;
}

test.each(CODECS)('SharedJoined tells where the room goes on, and that it is no continuation: $subprotocol', (codec) => {
  const joined = decoded(make([comments('a'), notice]), codec);
  expect(joined).toMatchObject({ room: 'r', epoch: 'e2', cursor: 'e2.40.60', recovered: false, online: 3 });
  expect(joined.batches.map(({ lane, from, to, events }) => [lane, from, to, events.length])).toEqual([
    ['chat', 45, 60, 15],
    ['priority', 39, 40, 1],
  ]);
});

test.each(CODECS)(
  'SharedJoined tells fewer of the newest where all would make a long frame, up to the same cursor: $subprotocol',
  (codec) => {
    const { batches, cursor } = decoded(make([comments('弹幕'.repeat(300)), notice]), codec);
    const [chat] = batches;
    expect([cursor, chat?.to, chat?.events.at(-1)?.offset]).toEqual(['e2.40.60', 60, 60]);
    expect(chat?.events.map(({ offset }) => offset)).toEqual(
      Array.from({ length: 60 - (chat?.from ?? 0) }, (_, index) => (chat?.from ?? 0) + 1 + index),
    );
    expect(chat?.events.length).toBeLessThan(15);
    expect(chat?.events.length).toBeGreaterThan(0);
  },
);

test('SharedJoined is encoded once per codec', () => {
  const shared = make([comments('a')]);
  expect(shared.bytes(jsonCodec)).toBe(shared.bytes(jsonCodec));
  expect(shared.bytes(protobufCodec)).toBe(shared.bytes(protobufCodec));
});
