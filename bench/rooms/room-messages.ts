import type { DelayQuantile } from '../../src/metrics/loop-delay.ts';
import type { LatencySummary } from '../load/latency-summary.ts';
import type { TailLatency } from './tail-latency.ts';

/** What the benchmark tells the process of viewers to do. Each order is answered once: `report` with `RoomsReport`, others with `{}`. */
export type ViewersOrder =
  | {
      readonly do: 'open';
      readonly port: number;
      /** Before a room's number. */
      readonly path: string;
      readonly rooms: number;
      readonly viewersPerRoom: number;
    }
  /** Latencies and frames from now on count. */
  | { readonly do: 'measure' }
  | { readonly do: 'report' };

export interface RoomsReport {
  /** Of all viewers, since they joined. */
  readonly frames: number;
  readonly bytes: number;
  readonly shown: number;
  readonly skipped: number;
  readonly gaps: number;
  readonly connected: number;
  readonly latency: TailLatency;
  /** Each frame once, as the first viewer of its room received it, since `measure`. */
  readonly notes: readonly RoomNote[];
}

export interface RoomNote {
  /** Since `measure`. */
  readonly ms: number;
  readonly room: number;
  /** Of the payload. */
  readonly bytes: number;
}

/** What it tells the publisher's process to do. Answered with `SpokenFigures` when all is answered. */
export interface SpeakOrder {
  readonly url: string;
  /** Before a room's number. */
  readonly prefix: string;
  readonly rooms: number;
  readonly commentsPerSecond: number;
  readonly seconds: number;
}

export interface SpokenFigures {
  readonly accepted: number;
  readonly refused: number;
  /** How long after it was due a comment was sent, in milliseconds. */
  readonly late: LatencySummary;
}

/** What it tells the control to do: publishes such frames at such times, or tells its loop's delay since it was last asked. */
export type BareRoomsOrder = { readonly play: readonly RoomNote[] } | 'delay';

export interface BareRoomsNews {
  readonly delay?: readonly DelayQuantile[];
}
