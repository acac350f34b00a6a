import { performance } from 'node:perf_hooks';
import type { Cores } from '../lib/pinning.ts';
import type { ScenarioResult } from '../lib/scenario.ts';
import type { AnyScenario } from './any-scenario.ts';
import { mergeRuns } from './merge-runs.ts';
import type { SuiteEntry } from './results-file.ts';
import { suiteOptions } from './scenario-options.ts';
import { withRatios } from './with-ratios.ts';

export interface SuiteOptions {
  /** How often all scenarios are run. */
  readonly runs: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
  /** Where the whole suite has come to. @param share - 0 to 1 */
  readonly progress: (text: string, share: number) => void;
  /** A scenario has failed; the others go on. */
  readonly failed: (name: string, error: unknown) => void;
}

/**
 * Every scenario, one after the other, and again from the first for each run: what the machine does for a while falls on one run of each, and
 * not on all runs of one.
 *
 * @throws the signal's reason once it aborts
 */
export async function runSuite(scenarios: readonly AnyScenario[], options: SuiteOptions): Promise<SuiteEntry[]> {
  const entries = scenarios.map((scenario) => ({ scenario, seconds: 0, each: [] as ScenarioResult[], errors: [] as string[] }));
  const steps = options.runs * entries.length;
  let step = 0;
  for (let run = 1; run <= options.runs; run++) {
    for (const entry of entries) {
      const which = options.runs === 1 ? '' : `run ${run} of ${options.runs}, `;
      const progress = (text: string, share: number) => options.progress(`${which}${entry.scenario.name}: ${text}`, (step + share) / steps);
      progress('begins', 0);
      const startedAt = performance.now();
      try {
        const context = { cores: options.cores, signal: options.signal, progress };
        entry.each.push(withRatios(await entry.scenario.run(suiteOptions(entry.scenario), context)));
      } catch (error) {
        options.signal.throwIfAborted(); // then this is no failure
        entry.errors.push(error instanceof Error ? error.message : String(error));
        options.failed(entry.scenario.name, error);
      }
      options.signal.throwIfAborted();
      entry.seconds += (performance.now() - startedAt) / 1000;
      step++;
    }
  }
  return entries.map(({ scenario: { name, description }, seconds, each, errors }) => ({
    name,
    description,
    seconds,
    ...(each.length > 0 && { result: mergeRuns(each) }),
    each,
    errors,
  }));
}
