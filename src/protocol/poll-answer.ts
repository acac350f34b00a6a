import type { Batch, Event } from './event.ts';

/**
 * The answer to a poll, in two parts: what all pollers at one cursor share, made and compressed once per flush, and a tail that is fresh
 * with every answer.
 */
export interface AnswerHead<E = Event> {
  readonly epoch: string;
  /** The poller's cursor once it has taken in the batches. */
  readonly cursor: string;
  /** False when a cursor was brought that could not be continued: the batches then hold the newest. */
  readonly recovered: boolean;
  /** The limit cut the range: there is more after `cursor` already. */
  readonly more: boolean;
  readonly batches: readonly Batch<E>[];
}

export interface AnswerTail {
  /** All likes of the room; in the answer an ambient batch. Without any, none. */
  readonly likes: number;
  /** The time of that batch's event, Unix milliseconds. */
  readonly at: number;
  readonly online: number;
  readonly nextPollMs: number;
}

/** A whole answer, as a poller reads it. */
export type PollAnswer = AnswerHead & Pick<AnswerTail, 'online' | 'nextPollMs'>;
