import { spreadOf } from '../lib/spread.ts';
import { tableLines } from '../lib/table.ts';
import { figureText, medianOf, megabytes, verdictLine } from '../load/figure-text.ts';
import type { CrowdReport } from '../load/viewer-messages.ts';
import type { StalledFigures } from './measure.ts';

/** A viewer may keep 64 KiB waiting in the process; growing buffers take up to twice as much. */
const MAX_BYTES_A_VIEWER = 2 * 64 * 1024;
/** What is no more than this is noise, whatever the runs without stalled viewers say: a share of theirs, or milliseconds. */
const NOISE_SHARE = 0.2;
const NOISE_MS = 5;

/** Runs with stalled viewers, and as many without. */
export interface StalledRuns {
  readonly withStalled: readonly StalledFigures[];
  readonly without: readonly StalledFigures[];
}

export function reportLines({ withStalled, without }: StalledRuns): string[] {
  const columns = [withStalled, without];
  const row = (name: string, of: (run: StalledFigures) => number, digits = 0) => [
    name,
    ...columns.map((runs) => figureText(runs.map(of), digits)),
  ];
  const latency = (name: string, of: (run: StalledFigures) => number) => row(name, of, 1);
  const stalled = withStalled.flatMap((run) => run.stalled ?? []);
  return [
    ...tableLines([
      [`${withStalled[0]?.readers.viewers ?? 0} readers`, `${stalled[0]?.viewers ?? 0} stalled`, 'none stalled'],
      latency('chat latency of readers p50, ms', ({ readers }) => readers.latencies.chat.p50),
      latency('chat latency of readers p99, ms', ({ readers }) => readers.latencies.chat.p99),
      latency('chat latency of readers max, ms', ({ readers }) => readers.latencies.chat.max),
      latency('gift latency of readers p50, ms', ({ readers }) => readers.latencies.priority.p50),
      latency('gift latency of readers p99, ms', ({ readers }) => readers.latencies.priority.p99),
      latency('gift latency of readers max, ms', ({ readers }) => readers.latencies.priority.max),
      row('server, share of its core, %', ({ server }) => server.cpuShare * 100),
      row('  kept waiting for it, %', ({ server }) => server.waitShare * 100),
      row('load, share of its core, %', ({ load }) => load.cpuShare * 100),
      row('  kept waiting for it, %', ({ load }) => load.waitShare * 100),
      row('server resident, without viewers, MB', ({ residentAlone }) => megabytes(residentAlone)),
      row('  with all, garbage collected, MB', ({ residentWithAll }) => megabytes(residentWithAll)),
      row('server resident, peak, MB', ({ server }) => megabytes(server.residentPeak)),
      row('server resident, end, MB', ({ server }) => megabytes(server.residentEnd)),
      row("kernel's buffers of all sockets, MB", ({ kernelBytes }) => megabytes(kernelBytes)),
      row('found lagging at the beginning', ({ lagging }) => lagging.before),
      row('found lagging at the end', ({ lagging }) => lagging.after),
      row('seconds until all had all', ({ caughtUpSeconds }) => caughtUpSeconds, 1),
    ]),
    '',
    ...readerLines({ withStalled, without }),
    memoryLine({ withStalled, without }),
    ...stalledLines(stalled),
  ];
}

function readerLines({ withStalled, without }: StalledRuns): string[] {
  const lanes = (['chat', 'priority'] as const).map((lane) => {
    const p99 = ({ readers }: StalledFigures) => readers.latencies[lane].p99;
    const { median, min, max } = spreadOf(without.map(p99));
    const more = medianOf(withStalled, p99) - median;
    const noise = Math.max(max - min, median * NOISE_SHARE, NOISE_MS);
    const found = `${more.toFixed(1)} ms more; noise is ${noise.toFixed(1)} ms`;
    return verdictLine(`readers' p99 unchanged within noise, ${lane}`, more <= noise, found);
  });
  const runs = [...withStalled, ...without];
  const problems = runs.reduce((sum, { readers }) => sum + problemsOf(readers) + readers.viewers - readers.connected, 0);
  return [
    ...lanes,
    verdictLine(
      'every reader has all there was',
      problems === 0 && runs.every(({ isComplete }) => isComplete),
      `${problems} gaps, faults and cuts`,
    ),
  ];
}

function memoryLine({ withStalled, without }: StalledRuns): string {
  const end = (runs: readonly StalledFigures[]) => medianOf(runs, ({ residentWithAll }) => residentWithAll);
  const viewers = withStalled[0]?.stalled?.viewers ?? 1;
  const each = (end(withStalled) - end(without)) / viewers;
  return verdictLine(
    `the server's memory is bounded: at most ${MAX_BYTES_A_VIEWER / 1024} KiB more for a stalled viewer`,
    each <= MAX_BYTES_A_VIEWER,
    `${(each / 1024).toFixed(1)} KiB`,
  );
}

function stalledLines(stalled: readonly CrowdReport[]): string[] {
  const sum = (of: (report: CrowdReport) => number) => stalled.reduce((total, report) => total + of(report), 0);
  const [missing, gaps] = [sum(({ missingPriority }) => missingPriority), sum((report) => report.gaps.priority)];
  const [unbalanced, chatGaps] = [sum((report) => report.unbalanced), sum((report) => report.gaps.chat)];
  const least = Math.min(...stalled.map(({ skipped }) => skipped.least));
  const most = Math.max(...stalled.map(({ skipped }) => skipped.most));
  return [
    verdictLine(
      'every stalled viewer that reads again has all priority events',
      missing === 0 && gaps === 0,
      `${missing} missing, ${gaps} gaps; cut off: ${closedText(stalled)}; came back too late: ${sum(({ unrecovered }) => unrecovered)}`,
    ),
    verdictLine(
      'and knows of every comment: shown, folded, or told as skipped',
      unbalanced === 0 && chatGaps === 0,
      `${chatGaps} gaps, ${unbalanced} viewers for whom it does not add up; ${least} to ${most} skipped`,
    ),
  ];
}

function problemsOf({ gaps, unbalanced, missingPriority }: CrowdReport): number {
  return gaps.priority + gaps.chat + unbalanced + missingPriority;
}

function closedText(reports: readonly CrowdReport[]): string {
  const codes = reports.flatMap(({ closed }) => Object.entries(closed));
  return codes.length === 0 ? 'none' : codes.map(([code, count]) => `${count} by ${code}`).join(', ');
}
