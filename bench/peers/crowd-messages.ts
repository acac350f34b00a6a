import type { FrameNote } from '../load/viewer-messages.ts';
import type { DialectName } from './dialect.ts';

/** What the benchmark tells a process of viewers to do. Each order is answered once, with a `PeerCrowdReport`. */
export type PeerCrowdOrder =
  | PeerOpenOrder
  /** The first viewer's frames from now on are noted. */
  | { readonly do: 'note' }
  /** Latencies of comments taken in from this time on count, Unix milliseconds; those before are forgotten. */
  | { readonly do: 'measure'; readonly from: number }
  | { readonly do: 'measured'; readonly until: number }
  | { readonly do: 'report' };

export interface PeerOpenOrder {
  readonly do: 'open';
  readonly dialect: DialectName;
  readonly port: number;
  readonly path: string;
  readonly count: number;
  /** The address of the loopback that they connect from. */
  readonly from: string;
  /** One viewer in so many has its latencies measured. */
  readonly sampleEvery: number;
}

/** What all viewers were sent so far. */
export interface PeerCrowdReport {
  readonly connected: number;
  /** Viewers whose latencies are measured. */
  readonly sampled: number;
  readonly frames: number;
  /** With the frames' headers. */
  readonly bytes: number;
  readonly comments: number;
  readonly latency: LatencyFigures;
  readonly notes: readonly FrameNote[];
}

/** From a server's taking in a comment to a viewer's reading it. Milliseconds; zeros where none was measured. */
export interface LatencyFigures {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
}
