import { Command } from 'commander';
import { machineLines } from './lib/machine.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import type { Fed } from './stalled/fill.ts';
import { measureStalled, type StalledFigures } from './stalled/measure.ts';
import { reportLines } from './stalled/report.ts';

interface StalledCommandOptions {
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
export function stalled(signal: AbortSignal): Command {
  return new Command('stalled')
    .description(
      'a thousand viewers that stop reading among four thousand that read: what the others notice, and what those get when they read again',
    )
    .option('--runs <n>', 'runs with stalled viewers, and as many without', integerBetween(1, 100), 2)
    .option('--seconds <n>', 'length of a run', integerBetween(1, 600), 20)
    .option('--viewers <n>', 'WebSocket viewers that read', integerBetween(1, MAX_VIEWERS), 4000)
    .option('--stalled <n>', 'and that do not', integerBetween(3, MAX_VIEWERS), 1000)
    .option('--rate <n>', 'comments a second', numberBetween(1, 10_000), 40)
    .option('--gifts <n>', 'gifts a second', numberBetween(0.1, 100), 2)
    .option('--text <n>', 'length of every comment, in characters', integerBetween(1, 200), 190)
    .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
    .action(async (options: StalledCommandOptions) => {
      const { runs, seconds, viewers, rate, gifts, text, file } = options;
      const cores = pinCores();
      const load = { rate, giftsPerSecond: gifts, codePoints: text, file };
      const withStalled: StalledFigures[] = [];
      const without: StalledFigures[] = [];
      for (let run = 1; run <= runs; run++) {
        const measure = (count: number | { fed: Fed }) => {
          const which = typeof count === 'number' ? `${count} stalled` : 'none stalled';
          console.error(`stalled: run ${run} of ${runs}, ${viewers} readers, ${which}, for ${seconds} s`);
          return measureStalled({ readers: viewers, stalled: count, seconds, load, cores, signal });
        };
        const first = await measure(options.stalled);
        const second = first && (await measure({ fed: first.fed }));
        if (!second) return;
        withStalled.push(first);
        without.push(second);
      }
      const flags = `--seconds ${seconds} --viewers ${viewers} --stalled ${options.stalled} --rate ${rate} --gifts ${gifts} --text ${text}`;
      const command = `npm run bench -- stalled --runs ${runs} ${flags}${file ? ` --file ${file}` : ''}`;
      const head = ['Viewers who stop reading', ...machineLines(command), `pinning: ${cores.note}`, ''];
      for (const line of [...head, ...reportLines({ withStalled, without })]) console.log(line);
    });
}
