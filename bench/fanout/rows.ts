import type { ResultRow } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import { megabytes } from '../load/figure-text.ts';
import type { FanoutRun } from './measure.ts';

const NOT_TOLD = 'n/a';

/** The runs of one server. A figure that is missing in one of them is not told. */
export function fanoutRow(label: string, runs: readonly FanoutRun[]): ResultRow {
  const figure = (of: (run: FanoutRun) => number | undefined): Spread | string => {
    const values = runs.map(of);
    const known = values.filter((value) => value !== undefined && Number.isFinite(value)) as number[]; // what the line says
    return known.length === values.length ? spreadOf(known) : NOT_TOLD;
  };
  const latency = (of: (run: FanoutRun) => number) => figure((run) => (run.latency.count === 0 ? undefined : of(run)));
  // What the control delivers is bytes: the one comment in each of its frames stands for as many as were in Barrage's.
  const comments = (of: (run: FanoutRun) => number) => figure((run) => (run.commentsIn === undefined ? undefined : of(run)));
  return {
    label,
    figures: {
      viewers: figure(({ viewers }) => viewers),
      'comments/s in': figure(({ commentsIn }) => commentsIn),
      'comments/s delivered': comments(({ deliveredPerSecond }) => deliveredPerSecond),
      'frames/s': figure(({ framesPerSecond }) => framesPerSecond),
      'comments a frame': comments(commentsPerFrame),
      'MB/s': figure(({ bytesPerSecond }) => megabytes(bytesPerSecond)),
      'p50 ms': latency(({ latency: { p50 } }) => p50),
      'p99 ms': latency(({ latency: { p99 } }) => p99),
      'p99.9 ms': latency(({ latency: { p999 } }) => p999),
      'server core %': figure(({ server }) => server.cpuShare * 100),
      'M comments per CPU s': comments((run) => commentsPerCpuSecond(run) / 1e6),
      'frames per CPU s': figure(framesPerCpuSecond),
      'RSS MB': figure(({ server }) => megabytes(server.residentPeak)),
      'loop delay p99 ms': figure(({ loopDelayMs }) => loopDelayMs),
      'load core %': figure(({ load }) => load.cpuShare * 100),
    },
  };
}

export function commentsPerCpuSecond({ deliveredPerSecond, server }: FanoutRun): number {
  return deliveredPerSecond / server.cpuShare;
}

export function framesPerCpuSecond({ framesPerSecond, server }: FanoutRun): number {
  return framesPerSecond / server.cpuShare;
}

export function commentsPerFrame({ deliveredPerSecond, framesPerSecond }: FanoutRun): number {
  return deliveredPerSecond / framesPerSecond;
}
