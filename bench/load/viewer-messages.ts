import type { Lane } from '../../src/protocol/event.ts';
import type { LatencySummary } from './latency-summary.ts';
import type { ViewersReport } from './viewers-report.ts';

/** What the benchmark tells a process of viewers to do. Each order is answered once, with `CrowdNews`. */
export type CrowdOrder =
  | OpenOrder
  /** The frames from now on are logged: `FrameNote`. */
  | { readonly do: 'note' }
  /** Latencies of events stored from this time on count, Unix milliseconds; those before are forgotten. */
  | { readonly do: 'measure'; readonly from: number }
  | { readonly do: 'measured'; readonly until: number }
  /** Some viewers stop reading, by their place in the order in which they came. */
  | { readonly do: 'pause'; readonly first: number; readonly count: number }
  /** All read again. One whose connection was closed comes back by its cursor, now and later. */
  | { readonly do: 'resume' }
  | { readonly do: 'report' };

export interface OpenOrder {
  readonly do: 'open';
  readonly port: number;
  readonly path: string;
  readonly count: number;
  /** The address of the loopback that they connect from. */
  readonly from: string;
  /** One viewer in so many has its latencies measured. */
  readonly sampleEvery: number;
}

/** The answer to `report`; to other orders an empty one. */
export interface CrowdNews {
  readonly done: CrowdOrder['do'];
  readonly report?: CrowdReport;
}

export interface CrowdReport extends ViewersReport {
  readonly latencies: Readonly<Record<'priority' | 'chat', LatencySummary>>;
  /** How many are connected now. */
  readonly connected: number;
  /** Connections that the server closed, by code; 1006: cut off without one. */
  readonly closed: Readonly<Record<string, number>>;
  /** Those who came back were told that their cursor could not be continued. */
  readonly unrecovered: number;
  /** Frames that had to be read: the others had the bytes of one before. */
  readonly distinctFrames: number;
  readonly notes: readonly FrameNote[];
}

/** A frame as the first viewer received it. */
export interface FrameNote {
  /** Since the notes began. */
  readonly ms: number;
  readonly lane: Lane;
  /** Of the payload. */
  readonly bytes: number;
  readonly events: number;
}
