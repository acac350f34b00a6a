import type { Latencies } from '../lib/latencies.ts';

/** Durations as they go from process to process. Milliseconds. */
export interface LatencySummary {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export function summaryOf(latencies: Latencies): LatencySummary {
  const { count, maxMs } = latencies;
  if (count === 0) return { count, p50: 0, p99: 0, max: 0 };
  return { count, p50: latencies.percentile(50), p99: latencies.percentile(99), max: maxMs };
}
