import type { Command } from 'commander';
import { resultOf } from './gift/result.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { measureBesideControl } from './load/measure-beside-control.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { repeatRuns } from './suite/repeat-runs.ts';

/** Beside the two windows: servers start, viewers connect, the ceiling is found. */
const AROUND_SECONDS = 14;

interface GiftOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly gifts: number;
  readonly cohortSize: number;
  readonly file?: string;
}

/** Shows that gifts are on time in a flood of comments, and that every comment is shown, folded or told of. */
export const gift: Scenario<GiftOptions> = {
  name: 'gift',
  description:
    'gifts among ten thousand comments a second: whether all arrive, how late they and the comments are, and what is shown of those',
  inSuite: { seconds: 6, viewers: 2000 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 1)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 60)
      .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 5000)
      .option('--rate <n>', 'comments a second', numberBetween(1, 100_000), 10_000)
      .option('--gifts <n>', 'gifts a second', numberBetween(0.1, 1000), 10)
      .option('--cohort-size <n>', 'COHORT_SIZE of the server', integerBetween(1, 100_000), 1000)
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones'),
  run: measureGifts,
};

async function measureGifts(options: GiftOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { runs, seconds, viewers, rate, gifts, cohortSize, file } = options;
  const { cores, signal } = context;
  const load = { rate, giftsPerSecond: gifts, file };
  const text = `${viewers} viewers, ${rate} comments and ${gifts} gifts a second for ${seconds} s`;
  const figures = await repeatRuns({ runs, text, seconds: 2 * seconds + AROUND_SECONDS, context }, () =>
    measureBesideControl({ viewers, seconds, load, cohortSize, cores, signal }),
  );
  return resultOf(figures, { viewers, rate, command: repeatCommand('gift', options) });
}
