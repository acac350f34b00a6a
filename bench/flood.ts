import type { Command } from 'commander';
import { type FloodPair, measureFloods } from './flood/measure.ts';
import { floodRows, floodVerdicts } from './flood/result.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { repeatCommand } from './suite/repeat-command.ts';

interface FloodScenarioOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly frames: number;
  readonly posts: number;
  readonly handshakes: number;
}

/** What the others notice of somebody who asks for far more than is allowed. */
export const flood: Scenario<FloodScenarioOptions> = {
  name: 'flood',
  description: 'floods of one user and of one address while a thousand others chat: what those notice, and how the flood is refused',
  inSuite: { runs: 1, seconds: 1.2 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
      .option('--seconds <n>', 'length of each window, with a flood and without', numberBetween(1, 600), 5)
      .option('--viewers <n>', 'viewers who chat', integerBetween(1, 10_000), 1000)
      .option('--rate <n>', 'comments a second, of all of them together', numberBetween(1, 40), 30)
      .option('--frames <n>', 'frames a second of a flood over a WebSocket', integerBetween(1, 1_000_000), 100_000)
      .option('--posts <n>', 'requests a second of a flood by POST', integerBetween(1, 100_000), 3000)
      .option('--handshakes <n>', 'connections a second of a flood of handshakes', integerBetween(1, 10_000), 1000),
  run: measureFlood,
};

async function measureFlood(options: FloodScenarioOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const runs: FloodPair[][] = [];
  for (let run = 0; run < options.runs; run++) {
    const progress = (text: string, share: number) => context.progress(text, (run + share) / options.runs);
    runs.push(await measureFloods({ ...options, ...context, progress }));
  }
  return {
    question: `What do ${options.viewers} viewers who chat notice of a flood?`,
    command: repeatCommand('flood', options),
    rows: floodRows(runs),
    verdicts: floodVerdicts(runs),
    notes: [
      'server: tokens, and all limits as they are by default; every viewer has a token and speaks within its limit, the flood is of one more user or address',
      'others’ latency: from when a comment was due to be sent to when one of 200 viewers had read it; the window before a flood is the one without it',
      'refused: by barrage_refusals_total, a second',
    ],
  };
}
