import type { Latencies } from '../lib/latencies.ts';
import { type LatencySummary, summaryOf } from '../load/latency-summary.ts';

/** Durations as they go from process to process, with their tail. Milliseconds. */
export interface TailLatency extends LatencySummary {
  readonly p999: number;
}

export function tailOf(latencies: Latencies): TailLatency {
  return { ...summaryOf(latencies), p999: latencies.count === 0 ? 0 : latencies.percentile(99.9) };
}
