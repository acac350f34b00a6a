// First, so that the generated code finds protobufjs without Long.
import './without-long.ts';
import protobuf from 'protobufjs/minimal.js';
import type { AnswerCodec } from './answer-codec.ts';
import { Lane } from './event.ts';
import { barrage } from './generated/barrage.js';
import type { AnswerTail, PollAnswer } from './poll-answer.ts';
import { encodeBody, plainBatch, sealProtobufEvent, writeBatch } from './protobuf-batch.ts';

const wire = barrage.v1.PollAnswer;

// Tags are (field number << 3 | wire type) of proto/barrage/v1; a test holds them against the generated code.
const ANSWER_BATCHES = (5 << 3) | 2;

/** `application/x-protobuf`: a barrage.v1.PollAnswer. */
export const protobufAnswerCodec: AnswerCodec = {
  contentType: 'application/x-protobuf',

  encodeHead({ batches, ...head }): Uint8Array {
    const writer = wire.encode(head);
    for (const batch of batches) writeBatch(writer.uint32(ANSWER_BATCHES).fork(), batch).ldelim();
    return writer.finish();
  },

  encodeTail({ online, nextPollMs, ...ambient }): Uint8Array {
    const writer = protobuf.Writer.create();
    if (ambient.likes > 0) writeBatch(writer.uint32(ANSWER_BATCHES).fork(), ambientBatch(ambient)).ldelim();
    return wire.encode({ online, nextPollMs }, writer).finish();
  },

  decode(answer): PollAnswer | undefined {
    try {
      const { epoch, cursor, recovered, more, batches, online, nextPollMs } = wire.decode(answer) as barrage.v1.PollAnswer.$Properties;
      return {
        epoch: epoch ?? '',
        cursor: cursor ?? '',
        recovered: recovered ?? false,
        more: more ?? false,
        batches: (batches ?? []).map(plainBatch),
        online: online ?? 0,
        nextPollMs: nextPollMs ?? 0,
      };
    } catch {
      return undefined; // garbage from the peer: the caller decides
    }
  },
};

function ambientBatch({ likes, at }: Pick<AnswerTail, 'likes' | 'at'>): Parameters<typeof writeBatch>[1] {
  const like = sealProtobufEvent(encodeBody({ like: { count: 0, total: likes } }), { offset: 0, at });
  return { lane: Lane.ambient, from: 0, to: 0, skipped: 0, events: [{ protobuf: like }] };
}
