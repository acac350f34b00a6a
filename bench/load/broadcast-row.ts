import type { ResultRow } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import { megabytes } from './figure-text.ts';
import type { LatencySummary } from './latency-summary.ts';
import type { BroadcastFigures } from './measure-broadcast.ts';

/** What was measured of one server, over all of its runs. A figure that it has not is `n/a`. */
export function broadcastRow(runs: readonly BroadcastFigures[]): ResultRow {
  const figure = (of: (run: BroadcastFigures) => number): Spread | string => {
    const values = runs.map(of);
    return values.every(Number.isFinite) ? spreadOf(values) : 'n/a';
  };
  const latency = (name: string, of: (run: BroadcastFigures) => LatencySummary) =>
    Object.fromEntries(
      (['p50', 'p99', 'max'] as const).map((which) => {
        // A room without gifts has no latencies of gifts.
        return [`${name} ${which}, ms`, figure((run) => (of(run).count === 0 ? Number.NaN : of(run)[which]))];
      }),
    );
  return {
    label: runs[0]?.name ?? '',
    figures: {
      'frames/s, all viewers': figure(({ framesPerSecond }) => framesPerSecond),
      'bytes/s, one viewer': figure(({ bytesPerSecond }) => bytesPerSecond),
      'comments/s, one viewer': figure(({ shownPerSecond }) => shownPerSecond),
      'server, % of its core': figure(({ server }) => server.cpuShare * 100),
      'server kept waiting, %': figure(({ server }) => server.waitShare * 100),
      'load, % of its core': figure(({ load }) => load.cpuShare * 100),
      'load kept waiting, %': figure(({ load }) => load.waitShare * 100),
      'frames per CPU second': figure(framesPerCpuSecond),
      ...latency('gift latency', ({ crowd }) => crowd.latencies.priority),
      ...latency('chat latency', ({ crowd }) => crowd.latencies.chat),
      'chat window by /metrics, ms': figure(({ metrics }) => metrics.chatWindowMs ?? Number.NaN),
      'loop delay p99 by /metrics, ms': figure(({ metrics }) => metrics.loopDelay?.ms ?? Number.NaN),
      ...latency('/healthz from outside', ({ probe }) => probe.healthz),
      ...latency('ping of a viewer', ({ probe }) => probe.ping),
      'server resident, start, MB': figure(({ server }) => megabytes(server.residentStart)),
      'server resident, peak, MB': figure(({ server }) => megabytes(server.residentPeak)),
      'server resident, end, MB': figure(({ server }) => megabytes(server.residentEnd)),
    },
  };
}

/** WebSocket frames to all viewers by a second of the server's processor time. */
function framesPerCpuSecond({ framesPerSecond, server }: BroadcastFigures): number {
  return framesPerSecond / server.cpuShare;
}
