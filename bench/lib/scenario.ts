import type { Command } from 'commander';
import type { Cores } from './pinning.ts';
import type { Spread } from './spread.ts';

/** What a scenario measured, for tables, charts, the results file and the README. */
export interface ScenarioResult {
  /** What there is to know, as one asks it. */
  readonly question: string;
  /** What was run, to run it again. */
  readonly command: string;
  readonly rows: readonly ResultRow[];
  readonly verdicts: readonly Verdict[];
  /** Settings, caveats and counts that no column holds. */
  readonly notes: readonly string[];
}

/** One server, or one case, with its figures. */
export interface ResultRow {
  readonly label: string;
  /** By column; names bear their units. Texts are for what is no number. */
  readonly figures: Readonly<Record<string, Spread | string>>;
}

/** Whether something that is promised holds. */
export interface Verdict {
  readonly promise: string;
  readonly holds: boolean;
  /** The figure that says so. */
  readonly measured: string;
}

export interface ScenarioContext {
  readonly cores: Cores;
  readonly signal: AbortSignal;
  /** Where it has come to, for the progress bar. @param share - 0 to 1 */
  readonly progress: (text: string, share: number) => void;
}

/**
 * One question to a server, and how it is put. A scenario prints nothing: it answers its figures, and whoever runs it shows them.
 *
 * @typeParam O - its options, as commander reads them
 */
export interface Scenario<O> {
  readonly name: string;
  readonly description: string;
  /** Adds the options with their defaults. */
  configure(command: Command): Command;
  /** What the whole suite runs: short, and long enough to hold still. */
  readonly inSuite: Partial<O>;
  /** @throws the signal's reason once it aborts, with everything it started stopped */
  run(options: O, context: ScenarioContext): Promise<ScenarioResult>;
}
