// Runs benchmarks: npm run bench -- --help. What each shows and how is told in README.md.
import { Command } from 'commander';
import { admission } from './admission.ts';
import { cluster } from './cluster.ts';
import { cpu } from './cpu.ts';
import { crowd } from './crowd.ts';
import { fanout } from './fanout.ts';
import { flood } from './flood.ts';
import { gift } from './gift.ts';
import { CommandError, runCommand } from './lib/command-error.ts';
import { interruptSignal } from './lib/interrupt.ts';
import { integerBetween } from './lib/option-values.ts';
import { loneComment } from './lone-comment.ts';
import { memory } from './memory.ts';
import { micro } from './micro.ts';
import { microFrame } from './micro-frame.ts';
import { poll } from './poll.ts';
import { rooms } from './rooms.ts';
import { slow } from './slow.ts';
import { soak } from './soak.ts';
import { storm } from './storm.ts';
import { stream } from './stream.ts';
import type { AnyScenario } from './suite/any-scenario.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { scenarioCommand } from './suite/scenario-command.ts';
import { suiteCommand } from './suite/suite-command.ts';
import { waiters } from './waiters.ts';
import { wire } from './wire.ts';

/** In the order in which the suite runs them. */
const SCENARIOS: readonly AnyScenario[] = [
  fanout,
  rooms,
  gift,
  crowd,
  slow,
  poll,
  stream,
  waiters,
  storm,
  cluster,
  memory,
  wire,
  cpu,
  soak,
  loneComment,
  admission,
  flood,
  microFrame,
  micro,
];

const signal = interruptSignal();

const program = new Command('npm run bench --')
  .description('Measures Barrage on this machine, each figure beside a control. Without a scenario: all of them, written to bench/results.')
  .showSuggestionAfterError(false)
  // A scenario has a --runs of its own.
  .enablePositionalOptions()
  .argument('[scenario]', 'which one; its options: npm run bench -- SCENARIO --help')
  .option('--runs <n>', 'runs of the whole suite, to tell which ratios hold still', integerBetween(1, 20), 1)
  .option('--only <names>', 'these scenarios of the suite alone, with commas between them')
  .action(async (unknown: string | undefined, { runs, only }: { runs: number; only?: string }) => {
    if (unknown !== undefined) throw noSuchScenario(unknown);
    const chosen = only === undefined ? SCENARIOS : only.split(',').map(scenarioNamed);
    const command = repeatCommand('', { runs, only });
    if (!(await suiteCommand(chosen, { runs, command, signal }))) process.exitCode = 1;
  });
for (const scenario of SCENARIOS) program.addCommand(scenarioCommand(scenario, signal).copyInheritedSettings(program));

await runCommand(async () => {
  try {
    await program.parseAsync();
  } catch (error) {
    // What was thrown then is how a scenario ended early, and no failure.
    if (!signal.aborted) throw error;
  }
});
// There is no report, or not all of it. By exit(): what a scenario has left running goes with this process.
if (signal.aborted) process.exit(130);

function scenarioNamed(name: string): AnyScenario {
  const scenario = SCENARIOS.find((each) => each.name === name);
  if (!scenario) throw noSuchScenario(name);
  return scenario;
}

function noSuchScenario(name: string): CommandError {
  return new CommandError(`there is no scenario ${name}: there are ${SCENARIOS.map((scenario) => scenario.name).join(', ')}`);
}
