import { Command } from 'commander';
import { reportLines, sweepLines } from './crowd/report.ts';
import { machineLines } from './lib/machine.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { measureBarrage, measureBesideControl, type PairFigures } from './load/measure-beside-control.ts';
import type { BroadcastFigures } from './load/measure-broadcast.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';

/** From many publishes of few sockets to one of all. */
const SWEPT_SIZES = [250, 500, 1000, 2000, 5000, 15_000];

interface CrowdCommandOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly gifts: number;
  readonly cohortSize: number;
  readonly sweep?: true;
  readonly file?: string;
}

/** Shows that a full room leaves the event loop free for others. */
export function crowd(signal: AbortSignal): Command {
  return new Command('crowd')
    .description('how long a room of 15,000 viewers holds up the event loop, seen from within and from outside')
    .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
    .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 20)
    .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 15_000)
    .option('--rate <n>', 'comments a second', numberBetween(1, 100_000), 40)
    .option('--gifts <n>', 'gifts a second', numberBetween(0, 1000), 0)
    .option('--cohort-size <n>', 'COHORT_SIZE of the server, and of the control', integerBetween(1, 100_000), 1000)
    .option('--sweep', `Barrage alone with one COHORT_SIZE after the other: ${SWEPT_SIZES.join(', ')}`)
    .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
    .action(async (options: CrowdCommandOptions) => {
      const lines = await (options.sweep ? sweepSizes(options, signal) : measureCrowd(options, signal));
      for (const line of lines) console.log(line);
    });
}

/** @returns no lines when the signal aborted */
async function measureCrowd(options: CrowdCommandOptions, signal: AbortSignal): Promise<string[]> {
  const cores = pinCores();
  const figures: PairFigures[] = [];
  for (let run = 1; run <= options.runs; run++) {
    console.error(`crowd: run ${run} of ${options.runs}, ${options.viewers} viewers for ${options.seconds} s`);
    const pair = await measureBesideControl({ ...options, load: loadOf(options), cores, signal });
    if (!pair) return [];
    figures.push(pair);
  }
  return [...headLines(options, cores.note), ...reportLines(figures)];
}

async function sweepSizes(options: CrowdCommandOptions, signal: AbortSignal): Promise<string[]> {
  const cores = pinCores();
  const rows = SWEPT_SIZES.map((cohortSize) => ({ cohortSize, runs: [] as BroadcastFigures[] }));
  for (let run = 1; run <= options.runs; run++) {
    // All sizes before the next run: what else the machine does falls on each.
    for (const { cohortSize, runs } of rows) {
      console.error(`crowd: run ${run} of ${options.runs}, cohorts of ${cohortSize}`);
      const figures = await measureBarrage({ ...options, cohortSize, load: loadOf(options), cores, signal });
      if (!figures) return [];
      runs.push(figures);
    }
  }
  return [...headLines(options, cores.note), ...sweepLines(rows)];
}

function loadOf({ rate, gifts, file }: CrowdCommandOptions) {
  return { rate, giftsPerSecond: gifts, file };
}

function headLines({ runs, seconds, viewers, rate, gifts, cohortSize, sweep, file }: CrowdCommandOptions, pinning: string): string[] {
  const given = `${sweep ? '--sweep' : `--cohort-size ${cohortSize}`}${file ? ` --file ${file}` : ''}`;
  const command = `npm run bench -- crowd --runs ${runs} --seconds ${seconds} --viewers ${viewers} --rate ${rate} --gifts ${gifts} ${given}`;
  return ['A full room, and the event loop', ...machineLines(command), `pinning: ${pinning}`, ''];
}
