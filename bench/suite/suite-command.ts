import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { machineLines } from '../lib/machine.ts';
import { pinCores } from '../lib/pinning.ts';
import type { AnyScenario } from './any-scenario.ts';
import { gitCommit } from './git-commit.ts';
import { progressDisplay } from './progress-display.ts';
import { resultLines } from './report-lines.ts';
import { RESULTS_SCHEMA, type SuiteEntry, type SuiteResults } from './results-file.ts';
import { runSuite } from './run-suite.ts';
import { writeResults } from './write-results.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const FOLDER = fileURLToPath(new URL('../results', import.meta.url));

/**
 * Runs the whole suite, writes what it measured and prints a summary.
 *
 * @param command - what is to be typed to run it again
 * @returns whether no scenario failed
 * @throws the signal's reason once it aborts: nothing is written then
 */
export async function suiteCommand(
  scenarios: readonly AnyScenario[],
  { runs, command, signal }: { runs: number; command: string; signal: AbortSignal },
): Promise<boolean> {
  const cores = pinCores();
  const display = progressDisplay();
  const date = new Date().toISOString();
  const commit = gitCommit(ROOT);
  const startedAt = performance.now();
  let entries: SuiteEntry[];
  try {
    entries = await runSuite(scenarios, {
      runs,
      cores,
      signal,
      progress: (text, share) => display.show(text, share),
      failed(name, error) {
        display.end();
        console.error(`${name} failed:`, error);
      },
    });
  } finally {
    display.end();
  }
  const [machine = ''] = machineLines(command);
  const results: SuiteResults = {
    schema: RESULTS_SCHEMA,
    date,
    ...(commit !== undefined && { commit }),
    machine: machine.replace('machine: ', ''),
    node: process.version,
    command,
    pinning: cores.note,
    seconds: (performance.now() - startedAt) / 1000,
    runs,
    scenarios: entries,
  };
  const files = writeResults(results, FOLDER);
  for (const line of summaryLines(results)) console.log(line);
  console.log(['', 'written:', ...files.map((file) => `  ${relative(process.cwd(), file)}`)].join('\n'));
  return entries.every(({ errors }) => errors.length === 0);
}

function summaryLines({ scenarios, command, pinning, runs, seconds }: SuiteResults): string[] {
  const took = `${seconds.toFixed(0)} s${runs === 1 ? '' : `, ${runs} runs: medians over them, in brackets the least and the most`}`;
  const sections = scenarios.flatMap(({ name, result, errors }) => [
    '',
    `## ${name}${result ? `: ${result.question}` : ''}`,
    '',
    ...(result ? resultLines(result) : []),
    ...errors.map((error) => `failed: ${error}`),
  ]);
  return ['Barrage, all benchmarks', ...machineLines(command), `pinning: ${pinning}`, `took ${took}`, ...sections];
}
