import { Command } from 'commander';
import type { AnyScenario } from './any-scenario.ts';

/** What the suite runs a scenario with: its defaults, and what it says of itself. */
export function suiteOptions(scenario: AnyScenario): object {
  const command = scenario.configure(new Command(scenario.name)).parse([], { from: 'user' });
  return { ...command.opts(), ...scenario.inSuite };
}
