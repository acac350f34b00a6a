import type { Command } from 'commander';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import type { Fed } from './slow/fill.ts';
import { measureStalled, type StalledFigures } from './slow/measure.ts';
import { resultOf } from './slow/result.ts';
import { repeatCommand } from './suite/repeat-command.ts';
import { withProgress } from './suite/step-progress.ts';

/** Beside a window: a server starts, buffers are filled, those who had stopped read again. */
const AROUND_SECONDS = 30;

interface SlowOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly stalled: number;
  readonly rate: number;
  readonly gifts: number;
  readonly text: number;
  readonly file?: string;
}

/** Shows that viewers who do not read cost the others nothing, and lose nothing that matters. */
export const slow: Scenario<SlowOptions> = {
  name: 'slow',
  description:
    'a thousand viewers that stop reading among four thousand that read: what the others notice, and what those get when they read again',
  inSuite: { runs: 1, seconds: 5, viewers: 1000, stalled: 200 },
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs with stalled viewers, and as many without', integerBetween(1, 100), 2)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 600), 20)
      .option('--viewers <n>', 'WebSocket viewers that read', integerBetween(1, MAX_VIEWERS), 4000)
      .option('--stalled <n>', 'and that do not', integerBetween(3, MAX_VIEWERS), 1000)
      .option('--rate <n>', 'comments a second', numberBetween(1, 10_000), 40)
      .option('--gifts <n>', 'gifts a second', numberBetween(0.1, 100), 2)
      .option('--text <n>', 'length of every comment, in characters', integerBetween(1, 200), 190)
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones'),
  run: measureSlow,
};

async function measureSlow(options: SlowOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { runs, seconds, viewers, rate, gifts, text, file } = options;
  const { cores, signal } = context;
  const load = { rate, giftsPerSecond: gifts, codePoints: text, file };
  const withStalled: StalledFigures[] = [];
  const without: StalledFigures[] = [];
  let index = 0;
  for (let run = 1; run <= runs; run++) {
    const measure = async (stalled: number | { fed: Fed }) => {
      const which = typeof stalled === 'number' ? `${stalled} stalled` : 'none stalled';
      const said = `run ${run} of ${runs}, ${viewers} readers, ${which}, for ${seconds} s`;
      const step = { text: said, index: index++, of: 2 * runs, seconds: seconds + AROUND_SECONDS };
      const figures = await withProgress(context, step, () => measureStalled({ readers: viewers, stalled, seconds, load, cores, signal }));
      signal.throwIfAborted();
      if (!figures) throw new Error('a run without figures');
      return figures;
    };
    const first = await measure(options.stalled);
    withStalled.push(first);
    without.push(await measure({ fed: first.fed }));
  }
  return resultOf({ withStalled, without }, { stalled: options.stalled, command: repeatCommand('slow', options) });
}
