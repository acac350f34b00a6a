import type { Command } from 'commander';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioResult, Verdict } from './lib/scenario.ts';
import { type Spread, spreadOf } from './lib/spread.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { growthOf } from './soak/growth.ts';
import { measureSoak, type SoakFigures, type SoakInterval } from './soak/measure.ts';
import { repeatCommand } from './suite/repeat-command.ts';

/** How much memory may grow after the first fifth. */
const MAX_GROWTH = 0.1;
/** A heap takes about as long to find its size: what grows before says nothing. */
const MIN_JUDGED_MINUTES = 2;

export interface SoakOptions {
  readonly minutes: number;
  readonly intervals: number;
  readonly viewers: number;
  readonly rate: number;
  readonly gifts: number;
  readonly churn: number;
  readonly stay: number;
}

/** Whether memory and latency stay where they are. */
export const soak: Scenario<SoakOptions> = {
  name: 'soak',
  description: 'memory and latency over time, with gifts, and viewers who come and go',
  configure(command: Command): Command {
    return command
      .option('--minutes <n>', 'how long', numberBetween(0.1, 100_000), 10)
      .option('--intervals <n>', 'rows', integerBetween(1, 1000), 10)
      .option('--viewers <n>', 'WebSocket viewers who stay', integerBetween(1, MAX_VIEWERS), 2000)
      .option('--rate <n>', 'comments a second', numberBetween(1, 100_000), 40)
      .option('--gifts <n>', 'gifts a second', numberBetween(0.1, 1000), 2)
      .option('--churn <n>', 'viewers who come a second, and leave again', numberBetween(0.1, 500), 20)
      .option('--stay <n>', 'seconds that they stay, on average', numberBetween(0.1, 3600), 10);
  },
  inSuite: { minutes: 0.2, intervals: 4 },
  async run(options, context): Promise<ScenarioResult> {
    const { viewers, rate, gifts, churn, stay, minutes, intervals } = options;
    const load = { viewers, rate, giftsPerSecond: gifts, churn, staySeconds: stay, seconds: minutes * 60, intervals };
    context.progress('warm-up', 0);
    const figures = await measureSoak(load, context, (done) => context.progress(`interval ${done} of ${intervals}`, done / intervals));
    return resultOf(figures, options);
  },
};

function resultOf({ intervals, crowd, churn: counts }: SoakFigures, options: SoakOptions): ScenarioResult {
  const { viewers, rate, gifts, churn, stay, minutes } = options;
  const growth = growthOf(intervals);
  const isJudged = minutes >= MIN_JUDGED_MINUTES;
  const gaps = crowd.gaps.chat + crowd.gaps.priority;
  const lost = viewers - crowd.connected;
  const growthVerdict: Verdict = {
    promise: `resident memory at the end is at most ${MAX_GROWTH * 100} % over that after the first fifth`,
    holds: growth <= MAX_GROWTH,
    measured: `${(growth * 100).toFixed(1)} %`,
  };
  return {
    question: 'Do memory and latency stay where they are?',
    command: repeatCommand('soak', options),
    rows: intervals.map(row),
    verdicts: [
      ...(isJudged ? [growthVerdict] : []),
      {
        promise: 'no viewer who stayed has a gap, and none was cut off',
        holds: gaps === 0 && lost === 0,
        measured: `${gaps} gaps, ${lost} cut off`,
      },
      {
        promise: 'all who came were let in, and stayed until they left',
        holds: counts.lost === 0,
        measured: `${counts.came} came, ${counts.left} left, ${counts.lost} lost`,
      },
    ],
    notes: [
      `${viewers} viewers who stay, ${rate} comments and ${gifts} gifts a second; ${churn} viewers come a second, by turns over a WebSocket and a stream, and stay ${stay} s on average`,
      'RSS: the median, least and most of several looks a second; garbage is collected when the server does it by itself',
      ...(isJudged
        ? []
        : [
            `memory is not judged under ${MIN_JUDGED_MINUTES} minutes: a heap takes as long to find its size (${growthVerdict.measured} here)`,
          ]),
      'there is no control: a row is compared with those above it',
    ],
  };
}

function row({ from, to, resident, heap, external, chat, gifts, cpuShare, loopDelayMs, came }: SoakInterval): ResultRow {
  const one = (value: number) => spreadOf([value]);
  const told = (value: number | undefined, unit: number) => (value === undefined ? 'n/a' : one(value / unit));
  return {
    label: `${from.toFixed(0)}–${to.toFixed(0)} s`,
    figures: {
      'RSS MB': scaled(resident, 1e6),
      'heap MB': told(heap, 1e6),
      'external MB': told(external, 1e6),
      'p50 ms': one(chat.p50),
      'p99 ms': one(chat.p99),
      'gift p50 ms': one(gifts.p50),
      'gift p99 ms': one(gifts.p99),
      'server core %': one(cpuShare * 100),
      'loop delay p99 ms': told(loopDelayMs, 1),
      'viewers who came': one(came),
    },
  };
}

function scaled({ median, min, max }: Spread, unit: number): Spread {
  return { median: median / unit, min: min / unit, max: max / unit };
}
