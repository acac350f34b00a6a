import { Command } from 'commander';
import { machineLines } from './lib/machine.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { spreadOf } from './lib/spread.ts';
import { tableLines } from './lib/table.ts';
import { measurePolls, type PollFigures, type PollRun } from './poll/measure.ts';
import { POLL_VARIANTS } from './poll/variants.ts';

/** Of the control's requests: what finding an answer may cost beside sending it. */
const LEAST_RATIO = 0.85;

interface PollCommandOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly connections: number;
  readonly rate: number;
  readonly alone?: true;
  readonly file?: string;
  readonly only?: string;
}

/** Shows that a poll costs about what sending its bytes costs. */
export function poll(signal: AbortSignal): Command {
  return new Command('poll')
    .description('how many short polls of a busy room a core answers, beside a bare handler that answers the same bytes')
    .option('--runs <n>', 'runs of each row', integerBetween(1, 100), 3)
    .option('--seconds <n>', 'length of a run', integerBetween(1, 600), 4)
    .option('--connections <n>', 'connections of the load, each with one request at a time', integerBetween(1, 5000), 60)
    .option('--rate <n>', 'comments a second in the busy room', numberBetween(1, 1000), 40)
    .option('--alone', 'server and control in turns, each with the core to itself, and not side by side')
    .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones')
    .option('--only <text>', 'only rows whose name begins with this')
    .action(async (options: PollCommandOptions) => {
      const { alone = false, file, only = '' } = options;
      const cores = pinCores();
      const variants = POLL_VARIANTS.filter(({ name }) => name.startsWith(only));
      const progress = (text: string) => console.error(`poll: ${text}`);
      const figures = await measurePolls({ ...options, alone, file, variants, cores, signal, progress });
      if (signal.aborted) return;
      const names = variants.map(({ name }) => name);
      for (const line of reportLines(figures, { names, options, pinning: cores.note })) console.log(line);
    });
}

function reportLines(
  { rows, commentsPerSecond }: PollFigures,
  { names, options, pinning }: { names: readonly string[]; options: PollCommandOptions; pinning: string },
): string[] {
  const { runs, seconds, connections, rate, alone, file, only } = options;
  const given = `${alone ? ' --alone' : ''}${file ? ` --file ${file}` : ''}${only ? ` --only '${only}'` : ''}`;
  const flags = `--seconds ${seconds} --connections ${connections} --rate ${rate}${given}`;
  const lines = rows.map((measured, index) => pollRow(names[index] ?? '', measured));
  const least = Math.min(...rows.map((measured) => medianOf(measured, fullCoreRatio)));
  const failed = rows.flat().reduce((sum, { server, control }) => sum + server.failed + control.failed, 0);
  const columns = [
    '',
    'bytes',
    'control',
    'req/s',
    'control',
    'ratio',
    'core',
    'control',
    'req/CPU s',
    'control',
    'ratio',
    'full core',
    'control',
    'ratio',
    `≥ ${LEAST_RATIO}`,
  ];
  return [
    'Short polls of a busy room: requests that one core answers',
    ...machineLines(`npm run bench -- poll --runs ${runs} ${flags}`),
    `pinning: ${pinning}; ${alone ? 'in turns' : 'server and control side by side'}`,
    `room: ${commentsPerSecond.toFixed(1)} comments a second sent`,
    '',
    ...tableLines([columns, ...lines]),
    '',
    `median over ${runs} runs, in brackets the least and the most of them; ratios run by run; req/CPU s: in thousands, by the processor time of`,
    "the answering process; core: how much of its core it used; full core: requests a second, in thousands, that would fill the server's core, by",
    'what one more request takes of it: the room itself, which goes on without pollers and which the control has not, counts as use of the core',
    `answers that failed: ${failed}`,
    `requests a second of a full core at least ${LEAST_RATIO} of the control's in every row: ${least >= LEAST_RATIO ? 'yes' : 'no'} (least ${least.toFixed(2)})`,
  ];
}

function pollRow(name: string, runs: readonly PollRun[]): string[] {
  const figure = (of: (run: PollRun) => number, digits = 0) => medianOf(runs, of).toFixed(digits);
  const spread = (of: (run: PollRun) => number, digits: number) => {
    const { median, min, max } = spreadOf(runs.map(of));
    return `${median.toFixed(digits)} [${min.toFixed(digits)}–${max.toFixed(digits)}]`;
  };
  return [
    name,
    figure((run) => run.server.bytesPerAnswer),
    figure((run) => run.control.bytesPerAnswer),
    figure((run) => run.server.perSecond),
    figure((run) => run.control.perSecond),
    spread((run) => run.server.perSecond / run.control.perSecond, 2),
    percent(medianOf(runs, (run) => run.server.busy)),
    percent(medianOf(runs, (run) => run.control.busy)),
    spread((run) => run.server.perCpuSecond / 1000, 1),
    spread((run) => run.control.perCpuSecond / 1000, 1),
    spread((run) => run.server.perCpuSecond / run.control.perCpuSecond, 2),
    figure((run) => run.server.perFullCore / 1000, 1),
    figure((run) => run.control.perFullCore / 1000, 1),
    spread(fullCoreRatio, 2),
    medianOf(runs, fullCoreRatio) >= LEAST_RATIO ? 'yes' : 'no',
  ];
}

function fullCoreRatio({ server, control }: PollRun): number {
  return server.perFullCore / control.perFullCore;
}

function medianOf<T>(runs: readonly T[], of: (run: T) => number): number {
  return spreadOf(runs.map(of)).median;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)}%`;
}
