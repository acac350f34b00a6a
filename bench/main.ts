// Runs benchmarks: npm run bench -- --help. What each shows and how is told in README.md.
import { Command } from 'commander';
import { CommandError, runCommand } from './lib/command-error.ts';
import { interruptSignal } from './lib/interrupt.ts';
import { loneComment } from './lone-comment.ts';
import { microFrame } from './micro-frame.ts';
import { poll } from './poll.ts';
import { waiters } from './waiters.ts';
import { wire } from './wire.ts';

const signal = interruptSignal();
const scenarios = [microFrame(signal), loneComment(signal), poll(signal), wire(signal), waiters(signal)];

const program = new Command('npm run bench --')
  .description('Measures Barrage on this machine, each figure beside a control. Without a scenario: all of them, one after the other.')
  .showSuggestionAfterError(false)
  .argument('[scenario]', 'which one')
  .action(async (unknown: string | undefined) => {
    const names = scenarios.map((scenario) => scenario.name()).join(', ');
    if (unknown !== undefined) throw new CommandError(`there is no scenario ${unknown}: there are ${names}`);
    for (const scenario of scenarios) {
      if (!signal.aborted) await scenario.parseAsync([], { from: 'user' });
    }
  });
for (const scenario of scenarios) program.addCommand(scenario);

await runCommand(() => program.parseAsync());
if (signal.aborted) process.exitCode = 130; // there is no report, or not all of it
