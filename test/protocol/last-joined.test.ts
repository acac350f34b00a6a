import { describe, expect, test } from 'vitest';
import type { Codec, EncodedEvent } from '../../src/protocol/codec.ts';
import { Lane, Mode } from '../../src/protocol/event.ts';
import type { Joined } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { LastJoined } from '../../src/protocol/last-joined.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';

const body = encodeBody({
  comment: { user: { id: 'a', name: 'a' }, text: '666', mode: Mode.scroll, color: 1, size: 25, repeat: 1 },
});
const chat = [{ lane: Lane.chat, from: 6, to: 7, skipped: 0, events: [SealedEvent.seal(body, { offset: 7, at: 1 })] }];
const FIRST: Joined<EncodedEvent> = { room: 'r', epoch: 'e', cursor: 'e.0.7', recovered: true, online: 1, batches: chat };

/** Each is told after FIRST, and differs in one thing. */
const OTHERS: Record<string, Joined<EncodedEvent>> = {
  'with one viewer more': { ...FIRST, online: 2 },
  'with more viewers than a byte counts': { ...FIRST, online: 70_000 },
  'with none': { ...FIRST, online: 0 },
  'of another room': { ...FIRST, room: 's' },
  'of another life': { ...FIRST, epoch: 'f', cursor: 'f.0.7' },
  'that is not recovered': { ...FIRST, recovered: false },
  'without events': { ...FIRST, batches: [] },
};

describe.each([protobufCodec, jsonCodec] as const)('$subprotocol', (codec: Codec) => {
  const told = (joined: Joined<EncodedEvent>) => {
    const bytes = codec.encodeServerFrame({ joined });
    return codec.decodeServerFrame(codec.isBinary ? bytes : Buffer.from(bytes).toString());
  };

  test.each(Object.entries(OTHERS))('a joined %s is told as it is, whatever was told before', (_, joined) => {
    told(FIRST);
    const { room, epoch, cursor, recovered, online, batches } = joined;
    const events = batches.map(({ lane, to }) => ({ lane, to, events: [expect.objectContaining({ offset: 7 })] }));
    expect(told(joined)).toMatchObject({ joined: { room, epoch, cursor, recovered, online, batches: events } });
  });
});

test('a room that many join between two flushes is encoded once', () => {
  const last = new LastJoined();
  let encoded = 0;
  const encode = () => ({ before: Uint8Array.of(++encoded), after: Uint8Array.of() });
  for (let online = 1; online <= 1000; online++) last.bytes({ ...FIRST, online }, encode);
  expect(encoded).toBe(1);
});
