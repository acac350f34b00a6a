import { tableLines } from '../lib/table.ts';
import { broadcastRows } from '../load/broadcast-rows.ts';
import { ceilingLine } from '../load/ceiling-line.ts';
import { figureText, medianOf, verdictLine } from '../load/figure-text.ts';
import type { PairFigures } from '../load/measure-beside-control.ts';
import type { BroadcastFigures } from '../load/measure-broadcast.ts';
import { deliveryLines, publishedLines } from '../load/told-lines.ts';

/** A join, a poll or a ping waits no longer than this for its turn, but for one in a hundred. */
const LOOP_MS = 25;

export function reportLines(runs: readonly PairFigures[]): string[] {
  const barrage = runs.map((run) => run.barrage);
  const control = runs.map((run) => run.control);
  return [
    ...tableLines(broadcastRows(`${barrage[0]?.crowd.viewers ?? 0} viewers`, [barrage, control])),
    '',
    ...(runs.length > 1 ? [`median over ${runs.length} runs, in brackets the least and the most of them`] : []),
    'latency: from the time the server stored the event (whole milliseconds: up to 1 ms too much) to its arrival; of the control from its publish',
    ceilingLine(runs),
    ...publishedLines(barrage),
    '',
    ...deliveryLines(barrage),
    loopLine(barrage),
    outsideLine(barrage),
  ];
}

/** Barrage alone, a row for each size of its cohorts. */
export function sweepLines(rows: readonly { readonly cohortSize: number; readonly runs: readonly BroadcastFigures[] }[]): string[] {
  const head = [
    'COHORT_SIZE',
    'loop p99',
    'healthz p50',
    'p99',
    'max',
    'ping p99',
    'chat p50',
    'p99',
    'frames/s',
    'core %',
    'kept waiting %',
  ];
  const table = rows.map(({ cohortSize, runs }) => [
    String(cohortSize),
    loopText(runs),
    figureText(
      runs.map(({ probe }) => probe.healthz.p50),
      1,
    ),
    figureText(
      runs.map(({ probe }) => probe.healthz.p99),
      1,
    ),
    figureText(
      runs.map(({ probe }) => probe.healthz.max),
      1,
    ),
    figureText(
      runs.map(({ probe }) => probe.ping.p99),
      1,
    ),
    figureText(
      runs.map(({ crowd }) => crowd.latencies.chat.p50),
      1,
    ),
    figureText(
      runs.map(({ crowd }) => crowd.latencies.chat.p99),
      1,
    ),
    figureText(
      runs.map(({ crowd }) => crowd.latencies.priority.p99),
      1,
    ),
    figureText(runs.map(({ framesPerSecond }) => framesPerSecond)),
    figureText(runs.map(({ server }) => server.cpuShare * 100)),
    figureText(runs.map(({ server }) => server.waitShare * 100)),
  ]);
  return [...tableLines([head, ...table]), '', `milliseconds; loop p99: ${rows[0]?.runs[0]?.metrics.loopDelay?.source ?? 'n/a'}`];
}

function loopLine(runs: readonly BroadcastFigures[]): string {
  const source = runs[0]?.metrics.loopDelay?.source;
  const claim = `the loop's delay at the 99th percentile under ${LOOP_MS} ms, by the server itself`;
  if (source === undefined) return `${claim}: n/a`;
  const ms = medianOf(runs, ({ metrics }) => metrics.loopDelay?.ms ?? 0);
  return verdictLine(claim, ms < LOOP_MS, `${loopText(runs)} ms, ${source}`);
}

function outsideLine(runs: readonly BroadcastFigures[]): string {
  const ms = medianOf(runs, ({ probe }) => probe.healthz.p99);
  return verdictLine(`the same from outside, by /healthz`, ms < LOOP_MS, `${ms.toFixed(1)} ms, with what the load's core adds`);
}

function loopText(runs: readonly BroadcastFigures[]): string {
  const delays = runs.flatMap(({ metrics }) => metrics.loopDelay?.ms ?? []);
  return delays.length === 0 ? 'n/a' : figureText(delays, 1);
}
