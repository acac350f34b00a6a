import { Command } from 'commander';
import { LATE_MS, overRuns } from './lib/latencies.ts';
import { machineLines } from './lib/machine.ts';
import { integerBetween } from './lib/option-values.ts';
import { pinCores } from './lib/pinning.ts';
import { tableLines } from './lib/table.ts';
import { MEASURES, type Measure, measureRun, type Run } from './lone/measure-run.ts';

/** What a lone comment may take beyond a ping, by the median. One that waited for a window of 100 ms would take 50 ms more. */
const ALLOWANCE_MS = 10;

const ROWS: Readonly<Record<Measure, string>> = {
  comment: 'comment → viewers',
  protobuf: '  those with protobuf',
  json: '  those with JSON',
  ack: 'comment → its ack',
  ping: 'control: ping → pong',
  publish: 'control: bare publish → viewers',
  echo: 'control: bare echo',
};

interface LoneOptions {
  readonly comments: number;
  readonly viewers: number;
  readonly runs: number;
  readonly seed: number;
}

/** Shows that a lone comment in a quiet room does not wait for a window. */
export function loneComment(signal: AbortSignal): Command {
  const command = new Command('lone')
    .description('how long a lone comment takes to the other viewers of a quiet room')
    .option('--comments <n>', 'comments in a run', integerBetween(1, 10_000), 200)
    .option('--viewers <n>', 'viewers beside the sender', integerBetween(2, 1000), 20)
    .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
    .option('--seed <n>', 'what texts and pauses grow from', integerBetween(0, 2 ** 31), 1);
  return command.action(async (options: LoneOptions) => {
    const cores = pinCores();
    const runs: Run[] = [];
    for (let run = 0; run < options.runs; run++) {
      console.error(`lone comment: run ${run + 1} of ${options.runs}`);
      const measured = await measureRun({ ...options, seed: options.seed + run, cores, signal });
      if (signal.aborted) return;
      runs.push(measured);
    }
    for (const line of reportLines(runs, { options, pinning: cores.note })) console.log(line);
  });
}

function reportLines(runs: readonly Run[], { options, pinning }: { options: LoneOptions; pinning: string }): string[] {
  const { comments, viewers, seed } = options;
  const figure = (measure: Measure, of: (run: Run[Measure]) => number) => overRuns(runs.map((run) => of(run[measure])));
  const median = (measure: Measure) => figure(measure, (latencies) => latencies.percentile(50)).median;
  const ping = median('ping');
  const publish = median('publish');
  const rows = MEASURES.map((measure) => [
    ROWS[measure],
    String(runs.reduce((sum, run) => sum + run[measure].count, 0)),
    figure(measure, (latencies) => latencies.percentile(50)).text,
    figure(measure, (latencies) => latencies.percentile(99)).text,
    figure(measure, (latencies) => latencies.maxMs).text,
    String(runs.reduce((sum, run) => sum + run[measure].late, 0)),
    (median(measure) - ping).toFixed(2),
    `${(median(measure) / publish).toFixed(2)}`,
  ]);
  const beyondPing = median('comment') - ping;
  return [
    'A lone comment in a quiet room: milliseconds from its send to its arrival',
    ...machineLines(`npm run bench -- lone --comments ${comments} --viewers ${viewers} --runs ${runs.length} --seed ${seed}`),
    `pinning: ${pinning}`,
    '',
    ...tableLines([['', 'samples', 'median', 'p99', 'max', `> ${LATE_MS} ms`, '− ping', '÷ bare publish'], ...rows]),
    '',
    `median over ${runs.length} runs, in brackets the least and the most of them; − and ÷ by medians`,
    `median minus ping round trip under ${ALLOWANCE_MS} ms: ${beyondPing < ALLOWANCE_MS ? 'yes' : 'no'} (${beyondPing.toFixed(2)} ms)`,
  ];
}
