import { figureText, megabytes } from './figure-text.ts';
import type { LatencySummary } from './latency-summary.ts';
import type { BroadcastFigures } from './measure-broadcast.ts';

/** The runs of one server. */
type Column = readonly BroadcastFigures[];

/** A table of what was measured, Barrage beside its control: a column each, all runs in it. */
export function broadcastRows(head: string, columns: readonly Column[]): string[][] {
  const row = (name: string, of: (run: BroadcastFigures) => number, digits = 0) => [
    name,
    ...columns.map((runs) => (runs.every((run) => Number.isFinite(of(run))) ? figureText(runs.map(of), digits) : 'n/a')),
  ];
  const latencyRows = (name: string, of: (run: BroadcastFigures) => LatencySummary) =>
    // A room without gifts has no latencies of gifts.
    columns.flat().every((run) => of(run).count === 0)
      ? []
      : (['p50', 'p99', 'max'] as const).map((figure) => row(`${name} ${figure}, ms`, (run) => of(run)[figure], 1));
  return [
    [head, ...columns.map(([run]) => run?.name ?? '')],
    row('frames a second, all viewers', ({ framesPerSecond }) => framesPerSecond),
    row('bytes a second, one viewer', ({ bytesPerSecond }) => bytesPerSecond),
    row('server, share of its core, %', ({ server }) => server.cpuShare * 100),
    row('  kept waiting for it, %', ({ server }) => server.waitShare * 100),
    row('load, share of its core, %', ({ load }) => load.cpuShare * 100),
    row('  kept waiting for it, %', ({ load }) => load.waitShare * 100),
    ...latencyRows('priority latency', ({ crowd }) => crowd.latencies.priority),
    ...latencyRows('chat latency', ({ crowd }) => crowd.latencies.chat),
    row('chat window by /metrics, ms', ({ metrics }) => metrics.chatWindowMs ?? Number.NaN),
    row('loop delay p99 by /metrics, ms', ({ metrics }) => metrics.loopDelay?.ms ?? Number.NaN, 1),
    ...latencyRows('/healthz from outside', ({ probe }) => probe.healthz),
    ...latencyRows('ping of a viewer', ({ probe }) => probe.ping),
    row('server resident, start, MB', ({ server }) => megabytes(server.residentStart)),
    row('server resident, peak, MB', ({ server }) => megabytes(server.residentPeak)),
    row('server resident, end, MB', ({ server }) => megabytes(server.residentEnd)),
  ];
}
