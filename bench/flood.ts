import { Command } from 'commander';
import { reportLines } from './flood/report.ts';
import { machineLines } from './lib/machine.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { measureBesideControl, type PairFigures } from './load/measure-beside-control.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';

interface FloodCommandOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly gifts: number;
  readonly cohortSize: number;
  readonly file?: string;
}

/** Shows that gifts are on time in a flood of comments, and that every comment is shown, folded or told of. */
export function flood(signal: AbortSignal): Command {
  return new Command('flood')
    .description(
      'gifts among ten thousand comments a second: whether all arrive, how late they and the comments are, and what is shown of those',
    )
    .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 1)
    .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 60)
    .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 5000)
    .option('--rate <n>', 'comments a second', numberBetween(1, 100_000), 10_000)
    .option('--gifts <n>', 'gifts a second', numberBetween(0.1, 1000), 10)
    .option('--cohort-size <n>', 'COHORT_SIZE of the server', integerBetween(1, 100_000), 1000)
    .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
    .action(async (options: FloodCommandOptions) => {
      const { runs, seconds, viewers, rate, gifts, cohortSize, file } = options;
      const cores = pinCores();
      const load = { rate, giftsPerSecond: gifts, file };
      const figures: PairFigures[] = [];
      for (let run = 1; run <= runs; run++) {
        console.error(`flood: run ${run} of ${runs}, ${viewers} viewers, ${rate} comments and ${gifts} gifts a second for ${seconds} s`);
        const pair = await measureBesideControl({ viewers, seconds, load, cohortSize, cores, signal });
        if (!pair) return;
        figures.push(pair);
      }
      const flags = `--seconds ${seconds} --viewers ${viewers} --rate ${rate} --gifts ${gifts} --cohort-size ${cohortSize}`;
      const command = `npm run bench -- flood --runs ${runs} ${flags}${file ? ` --file ${file}` : ''}`;
      const head = ['Gifts in a flood of comments', ...machineLines(command), `pinning: ${cores.note}`, ''];
      for (const line of [...head, ...reportLines(figures, { rate })]) console.log(line);
    });
}
