import type { Codec } from '../protocol/codec.ts';
import type { Cursor } from '../protocol/cursor.ts';

/** A slice of a room's sockets that speak one codec. A socket of the cohort subscribes to both topics. */
export interface Cohort {
  readonly codec: Codec;
  readonly priorityTopic: string;
  readonly chatTopic: string;
  /** How many sockets. */
  readonly size: number;
  /** What this cohort's sockets have been sent; the frame that is being sent counts. */
  readonly cursor: Cursor;
}
