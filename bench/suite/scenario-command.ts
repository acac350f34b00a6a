import { Command } from 'commander';
import { pinCores } from '../lib/pinning.ts';
import type { AnyScenario } from './any-scenario.ts';
import { mergeRuns } from './merge-runs.ts';
import { progressDisplay } from './progress-display.ts';
import { reportLines } from './report-lines.ts';
import { withRatios } from './with-ratios.ts';

/** A scenario on the command line: runs it once and prints what it measured. */
export function scenarioCommand(scenario: AnyScenario, signal: AbortSignal): Command {
  const command = scenario.configure(new Command(scenario.name)).description(scenario.description);
  return command.action(async (options: object) => {
    const cores = pinCores();
    const display = progressDisplay();
    const progress = (text: string, share: number) => display.show(`${scenario.name}: ${text}`, share);
    try {
      const result = await scenario.run(options, { cores, signal, progress });
      display.end();
      for (const line of reportLines(mergeRuns([withRatios(result)]), cores.note)) console.log(line);
    } finally {
      display.end();
    }
  });
}
