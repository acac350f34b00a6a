import type { FanoutRun } from '../../../bench/fanout/measure.ts';

/** A run of 100 viewers, with which nothing is wrong. */
export function sampleRun(differences: Partial<FanoutRun> = {}): FanoutRun {
  const process = { cpuShare: 0.5, waitShare: 0, residentStart: 1e6, residentPeak: 2e6, residentEnd: 1e6 };
  return {
    viewers: 100,
    commentsIn: 40,
    deliveredPerSecond: 4000,
    seenPerSecond: 40,
    framesPerSecond: 1000,
    bytesPerSecond: 300_000,
    latency: { count: 1000, p50: 50, p99: 100, p999: 110 },
    server: process,
    load: process,
    loopDelayMs: 1,
    notShown: 0,
    lost: 0,
    answerP99Ms: 3,
    notes: [],
    ...differences,
  };
}
