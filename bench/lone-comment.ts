import type { Command } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { measureRun } from './lone/measure-run.ts';
import { resultOf } from './lone/result.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { repeatRuns } from './suite/repeat-runs.ts';

/** A comment and the pause before it, on average. */
const COMMENT_SECONDS = 0.28;

interface LoneOptions {
  readonly comments: number;
  readonly viewers: number;
  readonly runs: number;
  readonly seed: number;
}

/** Shows that a lone comment in a quiet room does not wait for a window. */
export const loneComment: Scenario<LoneOptions> = {
  name: 'lone',
  description: 'how long a lone comment takes to the other viewers of a quiet room',
  inSuite: { runs: 1, comments: 60 },
  configure: (command: Command) =>
    command
      .option('--comments <n>', 'comments in a run', integerBetween(1, 10_000), 200)
      .option('--viewers <n>', 'viewers beside the sender', integerBetween(2, 1000), 20)
      .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
      .option('--seed <n>', 'what texts and pauses grow from', integerBetween(0, 2 ** 31), 1),
  run: measureLone,
};

async function measureLone(options: LoneOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { cores, signal } = context;
  const { runs: count, comments } = options;
  const told = { runs: count, text: `${comments} comments`, seconds: comments * COMMENT_SECONDS, context };
  const runs = await repeatRuns(told, (index) => measureRun({ ...options, seed: options.seed + index, cores, signal }));
  return resultOf(runs, repeatCommand('lone', options));
}
