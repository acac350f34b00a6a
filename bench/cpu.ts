import type { Command } from 'commander';
import { measureRates, type RateFigures } from './cpu/measure.ts';
import type { CpuFigures } from './cpu/measure-case.ts';
import { numberList } from './cpu/number-list.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioResult } from './lib/scenario.ts';
import { spreadOf } from './lib/spread.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { repeatCommand } from './suite/repeat-command.ts';

export interface CpuOptions {
  readonly viewers: number;
  readonly rates: readonly number[];
  readonly flushMs: readonly number[];
  readonly seconds: number;
  readonly runs: number;
}

interface Case {
  readonly flushMs: number;
  readonly rate: number;
  readonly runs: RateFigures[];
}

/** What a delivered comment costs, by how many come, and by how long they are gathered. */
export const cpu: Scenario<CpuOptions> = {
  name: 'cpu',
  description: 'CPU seconds per million delivered comments, by rate and window',
  configure(command: Command): Command {
    return command
      .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 2000)
      .option('--rates <list>', 'comments a second, by commas', numberList(0.1, 1000), [5, 40, 400])
      .option('--flush-ms <list>', 'FLUSH_MS of the server, by commas', numberList(1, 1000), [100, 500])
      .option('--seconds <n>', 'length of a measurement', numberBetween(1, 3600), 10)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 3);
  },
  inSuite: { rates: [40, 400], seconds: 2, runs: 1 },
  async run(options, context): Promise<ScenarioResult> {
    const { viewers, rates, flushMs, seconds, runs } = options;
    const cases = flushMs.flatMap((ms) => rates.map((rate): Case => ({ flushMs: ms, rate, runs: [] })));
    const steps = runs * cases.length * 2;
    let step = 0;
    for (let run = 0; run < runs; run++) {
      for (const ms of flushMs) {
        const tell = () => context.progress(`run ${run + 1} of ${runs}: FLUSH_MS ${ms}`, step / steps);
        tell();
        const done = () => {
          step++;
          tell();
        };
        for (const figures of await measureRates(ms, { viewers, rates, seconds }, { context, done })) {
          cases.find((each) => each.flushMs === ms && each.rate === figures.rate)?.runs.push(figures);
        }
      }
    }
    return resultOf(cases, options);
  },
};

function resultOf(cases: readonly Case[], options: CpuOptions): ScenarioResult {
  return {
    question: 'What does a delivered comment cost the processor, by how many come and how long they are gathered?',
    command: repeatCommand('cpu', options),
    rows: cases.map(row),
    verdicts: [],
    notes: [
      `${options.viewers} viewers; CHAT_PER_SECOND is 1000, so that all comments are delivered: what is skipped would make a million cheap`,
      'CPU: of the server’s process, all of its threads, in the window, with what it costs to take the comments in',
      'control: uWebSockets.js alone publishes frames as long at the same times, and takes nothing in; its comments are counted as Barrage’s are',
      'latency holds the window: half of it on average, and all of it for the first comment',
    ],
  };
}

function row({ flushMs, rate, runs }: Case): ResultRow {
  const column = (of: (run: RateFigures) => number) => spreadOf(runs.map(of));
  return {
    label: `${rate}/s, FLUSH_MS ${flushMs}`,
    figures: {
      'comments/s delivered': column(({ barrage }) => barrage.delivered / barrage.seconds),
      'frames/s': column(({ barrage }) => barrage.frames / barrage.seconds),
      'comments a frame': column(({ barrage }) => barrage.delivered / barrage.frames),
      'server core %': column(({ barrage }) => (barrage.cpuSeconds / barrage.seconds) * 100),
      'CPU s per M comments': column(({ barrage }) => secondsPerMillion(barrage, barrage.delivered)),
      // Its frames carry one comment each, as long as all of Barrage's together: a comment is counted where Barrage sent one.
      'control, CPU s per M': column(({ barrage, control }) =>
        secondsPerMillion(control, (control.frames * barrage.delivered) / barrage.frames),
      ),
      '÷ control, frames by CPU': column(({ barrage, control }) => framesPerCpuSecond(barrage) / framesPerCpuSecond(control)),
      'p50 ms': column(({ barrage }) => barrage.latency.p50),
      'p99 ms': column(({ barrage }) => barrage.latency.p99),
      skipped: column(({ barrage }) => barrage.skipped),
    },
  };
}

function secondsPerMillion({ cpuSeconds }: CpuFigures, comments: number): number {
  return (cpuSeconds * 1e6) / comments;
}

function framesPerCpuSecond({ frames, cpuSeconds }: CpuFigures): number {
  return frames / cpuSeconds;
}
