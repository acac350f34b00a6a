import type { LatencySummary } from '../load/latency-summary.ts';

/** What the benchmark tells the process of viewers who chat. Each order is answered once, with `ChatNews`. */
export type ChatOrder =
  | ChatOpenOrder
  /** From now on, they say so many comments a second, all of them together and in turn. */
  | { readonly do: 'speak'; readonly perSecond: number }
  /** Comments that are said from now on count; those before are forgotten. */
  | { readonly do: 'measure' }
  /** Comments that are said from now on do not. */
  | { readonly do: 'measured' }
  | { readonly do: 'report' };

export interface ChatOpenOrder {
  readonly do: 'open';
  readonly port: number;
  readonly path: string;
  /** One each. */
  readonly tokens: readonly string[];
  /** The addresses of the loopback that they connect from, in turn. */
  readonly from: readonly string[];
  /** One viewer in so many has its latencies measured. */
  readonly sampleEvery: number;
}

/** The answer to `report`; to other orders an empty one. */
export interface ChatNews {
  readonly report?: ChatReport;
}

export interface ChatReport {
  readonly connected: number;
  /** Comments that were said and count. */
  readonly said: number;
  /** How many of those did not come to a viewer who is measured, on average. */
  readonly missing: number;
  /** Errors that viewers were told since they came. */
  readonly refused: number;
  /** From a comment's sending to its arrival at each viewer who is measured. */
  readonly latency: LatencySummary;
}
