import { noiseOf } from '../lib/noise.ts';
import type { Verdict } from '../lib/scenario.ts';
import { medianOf } from '../load/figure-text.ts';
import type { CrowdReport } from '../load/viewer-messages.ts';
import type { StalledFigures } from './measure.ts';

/** A viewer may keep 64 KiB waiting in the process; growing buffers take up to twice as much. */
const MAX_BYTES_A_VIEWER = 2 * 64 * 1024;

/** Runs with stalled viewers, and as many without. */
export interface StalledRuns {
  readonly withStalled: readonly StalledFigures[];
  readonly without: readonly StalledFigures[];
}

export function verdictsOf(runs: StalledRuns): Verdict[] {
  const stalled = runs.withStalled.flatMap((run) => run.stalled ?? []);
  return [...readerVerdicts(runs), memoryVerdict(runs), ...stalledVerdicts(stalled)];
}

function readerVerdicts({ withStalled, without }: StalledRuns): Verdict[] {
  const lanes = (['chat', 'priority'] as const).map((lane) => {
    const p99 = ({ readers }: StalledFigures) => readers.latencies[lane].p99;
    const more = medianOf(withStalled, p99) - medianOf(without, p99);
    const noise = noiseOf(without.map(p99));
    return {
      promise: `readers' p99 unchanged within noise, ${lane}`,
      holds: more <= noise,
      measured: `${more.toFixed(1)} ms more; noise is ${noise.toFixed(1)} ms`,
    };
  });
  const runs = [...withStalled, ...without];
  const problems = runs.reduce((sum, { readers }) => sum + problemsOf(readers) + readers.viewers - readers.connected, 0);
  return [
    ...lanes,
    {
      promise: 'every reader has all there was',
      holds: problems === 0 && runs.every(({ isComplete }) => isComplete),
      measured: `${problems} gaps, faults and cuts`,
    },
  ];
}

function memoryVerdict({ withStalled, without }: StalledRuns): Verdict {
  const end = (runs: readonly StalledFigures[]) => medianOf(runs, ({ residentWithAll }) => residentWithAll);
  const viewers = withStalled[0]?.stalled?.viewers ?? 1;
  const each = (end(withStalled) - end(without)) / viewers;
  return {
    promise: `the server's memory is bounded: at most ${MAX_BYTES_A_VIEWER / 1024} KiB more for a stalled viewer`,
    holds: each <= MAX_BYTES_A_VIEWER,
    measured: `${(each / 1024).toFixed(1)} KiB`,
  };
}

function stalledVerdicts(stalled: readonly CrowdReport[]): Verdict[] {
  const sum = (of: (report: CrowdReport) => number) => stalled.reduce((total, report) => total + of(report), 0);
  const [missing, gaps] = [sum(({ missingPriority }) => missingPriority), sum((report) => report.gaps.priority)];
  const [unbalanced, chatGaps] = [sum((report) => report.unbalanced), sum((report) => report.gaps.chat)];
  const least = Math.min(...stalled.map(({ skipped }) => skipped.least));
  const most = Math.max(...stalled.map(({ skipped }) => skipped.most));
  const late = sum(({ unrecovered }) => unrecovered);
  return [
    {
      promise: 'every stalled viewer that reads again has all priority events',
      holds: missing === 0 && gaps === 0,
      measured: `${missing} missing, ${gaps} gaps; cut off: ${closedText(stalled)}; came back too late: ${late}`,
    },
    {
      promise: 'and knows of every comment: shown, folded, or told as skipped',
      holds: unbalanced === 0 && chatGaps === 0,
      measured: `${chatGaps} gaps, ${unbalanced} viewers for whom it does not add up; ${least} to ${most} skipped`,
    },
  ];
}

function problemsOf({ gaps, unbalanced, missingPriority }: CrowdReport): number {
  return gaps.priority + gaps.chat + unbalanced + missingPriority;
}

function closedText(reports: readonly CrowdReport[]): string {
  const codes = reports.flatMap(({ closed }) => Object.entries(closed));
  return codes.length === 0 ? 'none' : codes.map(([code, count]) => `${count} by ${code}`).join(', ');
}
