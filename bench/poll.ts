import type { Command } from 'commander';
import { CommandError } from './lib/command-error.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { measurePolls } from './poll/measure.ts';
import { resultOf } from './poll/result.ts';
import { POLL_VARIANTS } from './poll/variants.ts';
import { repeatCommand } from './suite/repeat-command.ts';

interface PollCommandOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly connections: number;
  readonly rate: number;
  readonly alone?: true;
  readonly file?: string;
  readonly only?: string;
}

/** Shows that a poll costs about what sending its bytes costs. */
export const poll: Scenario<PollCommandOptions> = {
  name: 'poll',
  description: 'how many short polls of a busy room a core answers, beside a bare handler that answers the same bytes',
  inSuite: { runs: 1, seconds: 2 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs of each row', integerBetween(1, 100), 3)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 600), 4)
      .option('--connections <n>', 'connections of the load, each with one request at a time', integerBetween(1, 5000), 60)
      .option('--rate <n>', 'comments a second in the busy room', numberBetween(1, 1000), 40)
      .option('--alone', 'server and control in turns, each with the core to itself, and not side by side')
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
      .option('--only <text>', 'only rows whose name begins with this'),
  run: measureAll,
};

/** @throws CommandError when no row has such a name */
async function measureAll(options: PollCommandOptions, { cores, signal, progress }: ScenarioContext): Promise<ScenarioResult> {
  const { alone = false, file, only = '', runs } = options;
  const variants = POLL_VARIANTS.filter(({ name }) => name.startsWith(only));
  if (variants.length === 0) {
    throw new CommandError(`no row begins with ${only}: there are ${POLL_VARIANTS.map(({ name }) => name).join('; ')}`);
  }
  let begun = 0;
  const tell = (text: string) => progress(text, begun++ / (runs * variants.length));
  const figures = await measurePolls({ ...options, alone, file, variants, cores, signal, progress: tell });
  signal.throwIfAborted();
  return resultOf(figures, { names: variants.map(({ name }) => name), alone, command: repeatCommand('poll', options) });
}
