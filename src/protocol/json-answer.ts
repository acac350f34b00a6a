import type { AnswerCodec } from './answer-codec.ts';
import { concatBytes } from './bytes.ts';
import { COMMA, pushJsonBatch, readBatch } from './json-batch.ts';
import type { PollAnswer } from './poll-answer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true });

/** `application/json`: the answer in the JSON of the contract. The head ends within the list of batches, which the tail closes. */
export const jsonAnswerCodec: AnswerCodec = {
  contentType: 'application/json',

  encodeHead({ epoch, cursor, recovered, more, batches }): Uint8Array {
    const head = JSON.stringify({ epoch, cursor, recovered, ...(more && { more }) });
    const parts = [encoder.encode(`${head.slice(0, -1)},"batches":[`)];
    batches.forEach((batch, index) => {
      if (index > 0) parts.push(COMMA);
      pushJsonBatch(parts, batch);
    });
    return concatBytes(parts);
  },

  encodeTail({ likes, at, online, nextPollMs }, { batches }): Uint8Array {
    const like = `{"lane":"ambient","events":[{"at":${at},"like":{"count":0,"total":${likes}}}]}`;
    const ambient = likes > 0 ? `${batches.length > 0 ? ',' : ''}${like}` : '';
    return encoder.encode(`${ambient}],"online":${online},"nextPollMs":${nextPollMs}}`);
  },

  decode(answer): PollAnswer | undefined {
    try {
      const { more = false, batches, ...rest } = JSON.parse(decoder.decode(answer)) as PollAnswer;
      return { ...rest, more, batches: batches.map(readBatch) };
    } catch {
      return undefined; // garbage from the peer: the caller decides
    }
  },
};
