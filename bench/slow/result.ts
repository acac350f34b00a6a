import type { ResultRow, ScenarioResult } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import { megabytes } from '../load/figure-text.ts';
import type { StalledFigures } from './measure.ts';
import { type StalledRuns, verdictsOf } from './verdicts.ts';

export function resultOf(runs: StalledRuns, { stalled, command }: { stalled: number; command: string }): ScenarioResult {
  const viewers = runs.withStalled.flatMap((run) => run.stalled ?? [])[0]?.viewers ?? stalled;
  return {
    question: `What do ${viewers} viewers who do not read cost ${runs.withStalled[0]?.readers.viewers ?? 0} who do?`,
    command,
    rows: [rowOf(`${viewers} stalled`, runs.withStalled), rowOf('none stalled', runs.without)],
    verdicts: verdictsOf(runs),
    notes: [],
  };
}

function rowOf(label: string, runs: readonly StalledFigures[]): ResultRow {
  const figure = (of: (run: StalledFigures) => number): Spread => spreadOf(runs.map(of));
  return {
    label,
    figures: {
      'chat latency of readers p50, ms': figure(({ readers }) => readers.latencies.chat.p50),
      'chat latency of readers p99, ms': figure(({ readers }) => readers.latencies.chat.p99),
      'chat latency of readers max, ms': figure(({ readers }) => readers.latencies.chat.max),
      'gift latency of readers p50, ms': figure(({ readers }) => readers.latencies.priority.p50),
      'gift latency of readers p99, ms': figure(({ readers }) => readers.latencies.priority.p99),
      'gift latency of readers max, ms': figure(({ readers }) => readers.latencies.priority.max),
      'server, % of its core': figure(({ server }) => server.cpuShare * 100),
      'server kept waiting, %': figure(({ server }) => server.waitShare * 100),
      'load, % of its core': figure(({ load }) => load.cpuShare * 100),
      'load kept waiting, %': figure(({ load }) => load.waitShare * 100),
      'server resident, without viewers, MB': figure(({ residentAlone }) => megabytes(residentAlone)),
      'server resident, with all, garbage collected, MB': figure(({ residentWithAll }) => megabytes(residentWithAll)),
      'server resident, peak, MB': figure(({ server }) => megabytes(server.residentPeak)),
      'server resident, end, MB': figure(({ server }) => megabytes(server.residentEnd)),
      "kernel's buffers of all sockets, MB": figure(({ kernelBytes }) => megabytes(kernelBytes)),
      'found lagging at the beginning': figure(({ lagging }) => lagging.before),
      'found lagging at the end': figure(({ lagging }) => lagging.after),
      'seconds until all had all': figure(({ caughtUpSeconds }) => caughtUpSeconds),
    },
  };
}
