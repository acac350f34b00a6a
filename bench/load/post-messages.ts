import type { Position } from '../../src/protocol/cursor.ts';
import type { LatencySummary } from './latency-summary.ts';

/** What the benchmark tells a publisher's process to do. Each order is answered once, with `PostFigures`, when all is answered. */
export interface PostOrder {
  readonly url: string;
  readonly room: string;
  readonly seconds: number;
  /** Comments a second. */
  readonly rate: number;
  readonly giftsPerSecond: number;
  /** A recording, in place of made-up comments. */
  readonly file?: string | undefined;
  /** Makes every text so many code points long. */
  readonly codePoints?: number | undefined;
}

/** What became of events of one kind: exactly, as the server answered. */
export interface PostCount {
  /** In requests that were answered 200. */
  accepted: number;
  /** In requests that were answered something else, by code. */
  readonly refused: Record<string, number>;
  /** In requests without an answer: nobody knows. */
  unknown: number;
}

export interface PostFigures {
  readonly comments: PostCount;
  readonly gifts: PostCount;
  /** The last offsets that the server gave them. */
  readonly end: Position;
  /** How long after it was due a request was sent. */
  readonly lateMs: LatencySummary;
  /** From when it was due to its answer: what waited behind slow ones counts. */
  readonly answerMs: LatencySummary;
}
