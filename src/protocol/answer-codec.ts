import type { EncodedEvent } from './codec.ts';
import type { AnswerHead, AnswerTail, PollAnswer } from './poll-answer.ts';

/**
 * How answers to polls become bytes: one implementation per content type. An answer is its head's bytes followed by its tail's, so the
 * head can be made, and compressed, once for all pollers at one cursor.
 */
export interface AnswerCodec {
  readonly contentType: string;
  encodeHead(head: AnswerHead<EncodedEvent>): Uint8Array;
  /** @param head - the head that it follows */
  encodeTail(tail: AnswerTail, head: AnswerHead<EncodedEvent>): Uint8Array;
  /** Answers nothing for bytes that are no answer. */
  decode(answer: Uint8Array): PollAnswer | undefined;
}
