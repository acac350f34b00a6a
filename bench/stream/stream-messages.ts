import type { TailLatency } from '../rooms/tail-latency.ts';

/** What the benchmark tells a process of readers to do. Each order is answered once: `report` with `StreamsReport`, others with `{}`. */
export type StreamsOrder =
  | { readonly do: 'open'; readonly port: number; readonly path: string; readonly count: number }
  /** Latencies and writes from now on count. */
  | { readonly do: 'measure' }
  | { readonly do: 'report' };

export interface StreamsReport {
  readonly connected: number;
  /** Since they opened, all that came: sizes of chunks as well. */
  readonly bytes: number;
  readonly batches: number;
  readonly comments: number;
  readonly skipped: number;
  /** Chat that did not go on where a reader stood. */
  readonly gaps: number;
  readonly latency: TailLatency;
  /** The batches that the first reader got since `measure`. */
  readonly notes: readonly WriteNote[];
}

/** A write to every stream. */
export interface WriteNote {
  /** Since `measure`. */
  readonly ms: number;
  readonly bytes: number;
}

/** What it tells the control to do; answered with `{}`. */
export interface PlayOrder {
  readonly play: readonly WriteNote[];
}
