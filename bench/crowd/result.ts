import type { ScenarioResult, Verdict } from '../lib/scenario.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import { broadcastRow } from '../load/broadcast-row.ts';
import { ceilingLine } from '../load/ceiling-line.ts';
import { deliveryVerdicts } from '../load/delivery-verdicts.ts';
import { medianOf } from '../load/figure-text.ts';
import type { PairFigures } from '../load/measure-beside-control.ts';
import type { BroadcastFigures } from '../load/measure-broadcast.ts';
import { publishedLines } from '../load/told-lines.ts';

/** A join, a poll or a ping waits no longer than this for its turn, but for one in a hundred. */
const LOOP_MS = 25;

interface Asked {
  readonly viewers: number;
  readonly command: string;
}

export function resultOf(runs: readonly PairFigures[], { viewers, command }: Asked): ScenarioResult {
  const barrage = runs.map((run) => run.barrage);
  return {
    question: `How long does anyone wait for the event loop, with ${viewers} viewers in one room?`,
    command,
    rows: [broadcastRow(barrage), broadcastRow(runs.map((run) => run.control))],
    verdicts: [...deliveryVerdicts(barrage), ...loopVerdict(barrage), outsideVerdict(barrage)],
    notes: [
      'latency: from the time the server stored the event (whole milliseconds: up to 1 ms too much) to its arrival; of the control from its publish',
      ceilingLine(runs),
      ...publishedLines(barrage),
    ],
  };
}

/** Barrage alone, a row for each size of its cohorts. */
export function sweepResult(
  sizes: readonly { readonly cohortSize: number; readonly figures: readonly BroadcastFigures[] }[],
  { viewers, command }: Asked,
): ScenarioResult {
  const rows = sizes.map(({ cohortSize, figures }) => {
    const over = (of: (run: BroadcastFigures) => number): Spread => spreadOf(figures.map(of));
    return {
      label: `COHORT_SIZE ${cohortSize}`,
      figures: {
        'loop p99, ms': loopDelays(figures),
        'healthz p50': over(({ probe }) => probe.healthz.p50),
        'healthz p99': over(({ probe }) => probe.healthz.p99),
        'healthz max': over(({ probe }) => probe.healthz.max),
        'ping p99': over(({ probe }) => probe.ping.p99),
        'chat p50': over(({ crowd }) => crowd.latencies.chat.p50),
        'chat p99': over(({ crowd }) => crowd.latencies.chat.p99),
        'gift p99': over(({ crowd }) => crowd.latencies.priority.p99),
        'frames/s': over(({ framesPerSecond }) => framesPerSecond),
        'core %': over(({ server }) => server.cpuShare * 100),
        'kept waiting %': over(({ server }) => server.waitShare * 100),
      },
    };
  });
  const source = sizes[0]?.figures[0]?.metrics.loopDelay?.source ?? 'n/a';
  return {
    question: `Which COHORT_SIZE leaves the event loop free, with ${viewers} viewers in one room?`,
    command,
    rows,
    verdicts: [],
    notes: [`milliseconds; loop p99: ${source}`],
  };
}

function loopVerdict(runs: readonly BroadcastFigures[]): Verdict[] {
  const source = runs[0]?.metrics.loopDelay?.source;
  if (source === undefined) return []; // the server does not say
  const ms = medianOf(runs, ({ metrics }) => metrics.loopDelay?.ms ?? 0);
  const promise = `the loop's delay at the 99th percentile under ${LOOP_MS} ms, by the server itself`;
  return [{ promise, holds: ms < LOOP_MS, measured: `${ms.toFixed(1)} ms, ${source}` }];
}

function outsideVerdict(runs: readonly BroadcastFigures[]): Verdict {
  const ms = medianOf(runs, ({ probe }) => probe.healthz.p99);
  return {
    promise: 'the same from outside, by /healthz',
    holds: ms < LOOP_MS,
    measured: `${ms.toFixed(1)} ms, with what the load's core adds`,
  };
}

function loopDelays(runs: readonly BroadcastFigures[]): Spread | string {
  const delays = runs.flatMap(({ metrics }) => metrics.loopDelay?.ms ?? []);
  return delays.length === 0 ? 'n/a' : spreadOf(delays);
}
