import type { Command } from 'commander';
import { resultOf, sweepResult } from './crowd/result.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { measureBarrage, measureBesideControl } from './load/measure-beside-control.ts';
import type { BroadcastFigures } from './load/measure-broadcast.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { repeatRuns } from './suite/repeat-runs.ts';
import { withProgress } from './suite/step-progress.ts';

/** From many publishes of few sockets to one of all. */
const SWEPT_SIZES = [250, 500, 1000, 2000, 5000, 15_000];
/** Beside a window: a server starts, and viewers connect. */
const AROUND_SECONDS = 8;

interface CrowdOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly gifts: number;
  readonly cohortSize: number;
  readonly sweep?: true;
  readonly file?: string;
}

/** Shows that a full room leaves the event loop free for others. */
export const crowd: Scenario<CrowdOptions> = {
  name: 'crowd',
  description: 'how long a room of 15,000 viewers holds up the event loop, seen from within and from outside',
  inSuite: { runs: 1, seconds: 4 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 20)
      .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 15_000)
      .option('--rate <n>', 'comments a second', numberBetween(1, 100_000), 40)
      .option('--gifts <n>', 'gifts a second', numberBetween(0, 1000), 0)
      .option('--cohort-size <n>', 'COHORT_SIZE of the server, and of the control', integerBetween(1, 100_000), 1000)
      .option('--sweep', `Barrage alone with one COHORT_SIZE after the other: ${SWEPT_SIZES.join(', ')}`)
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones'),
  run: (options, context) => (options.sweep ? sweepSizes(options, context) : measureCrowd(options, context)),
};

async function measureCrowd(options: CrowdOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { runs, seconds, viewers } = options;
  const { cores, signal } = context;
  const told = { runs, text: `${viewers} viewers for ${seconds} s`, seconds: 2 * (seconds + AROUND_SECONDS), context };
  const figures = await repeatRuns(told, () => measureBesideControl({ ...options, load: loadOf(options), cores, signal }));
  return resultOf(figures, { viewers, command: repeatCommand('crowd', options) });
}

async function sweepSizes(options: CrowdOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { runs, seconds, viewers } = options;
  const { cores, signal } = context;
  const rows = SWEPT_SIZES.map((cohortSize) => ({ cohortSize, figures: [] as BroadcastFigures[] }));
  let index = 0;
  for (let run = 1; run <= runs; run++) {
    // All sizes before the next run: what else the machine does falls on each.
    for (const { cohortSize, figures } of rows) {
      const text = `run ${run} of ${runs}, cohorts of ${cohortSize}`;
      const step = { text, index: index++, of: runs * rows.length, seconds: seconds + AROUND_SECONDS };
      const each = { ...options, cohortSize, load: loadOf(options), cores, signal };
      const measured = await withProgress(context, step, () => measureBarrage(each));
      signal.throwIfAborted();
      if (measured) figures.push(measured);
    }
  }
  return sweepResult(rows, { viewers, command: repeatCommand('crowd', options) });
}

function loadOf({ rate, gifts, file }: CrowdOptions) {
  return { rate, giftsPerSecond: gifts, file };
}
