import type { Command } from 'commander';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioResult } from './lib/scenario.ts';
import { type Spread, spreadOf } from './lib/spread.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { measureStreams, type StreamFigures } from './stream/measure.ts';
import { startBareStreams, startBarrageStreams } from './stream/servers.ts';
import { repeatCommand } from './suite/repeat-command.ts';

const WARM_UP_SECONDS = 3;

export interface StreamOptions {
  readonly viewers: number;
  readonly rate: number;
  readonly seconds: number;
  readonly runs: number;
}

interface Run {
  readonly barrage: StreamFigures;
  readonly control: StreamFigures;
}

/** A full room over server-sent events. */
export const stream: Scenario<StreamOptions> = {
  name: 'stream',
  description: 'a room over server-sent events: latency, processor, bytes a comment',
  configure(command: Command): Command {
    return command
      .option('--viewers <n>', 'streams of the room', integerBetween(1, MAX_VIEWERS), 2000)
      .option('--rate <n>', 'comments a second', numberBetween(1, 10_000), 40)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 15)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 3);
  },
  inSuite: { seconds: 8, runs: 1 },
  async run(options, context): Promise<ScenarioResult> {
    const runs: Run[] = [];
    const load = { streams: options.viewers, seconds: options.seconds };
    for (let run = 0; run < options.runs; run++) {
      const tell = (text: string, part: number) =>
        context.progress(`run ${run + 1} of ${options.runs}: ${text}`, (run + part / 2) / options.runs);
      tell('Barrage', 0);
      const server = await startBarrageStreams(context, options.rate);
      const barrage = await measureStreams(server, { ...load, warmUpSeconds: WARM_UP_SECONDS }, context).finally(() => server.stop());
      tell('control', 1);
      const bare = await startBareStreams(context, barrage.report.notes);
      runs.push({ barrage, control: await measureStreams(bare, { ...load, warmUpSeconds: 0 }, context).finally(() => bare.stop()) });
    }
    return resultOf(runs, options);
  },
};

function resultOf(runs: readonly Run[], options: StreamOptions): ScenarioResult {
  const { viewers, rate, seconds } = options;
  const barrage = runs.map((run) => run.barrage);
  const ratio = spreadOf(runs.map((run) => writesPerCpuSecond(run.barrage) / writesPerCpuSecond(run.control)));
  const commentColumns = {
    'comments/s in': spreadOf(barrage.map(({ posts }) => (posts?.comments.accepted ?? 0) / (seconds + WARM_UP_SECONDS))),
    'comments/s delivered': spreadOf(barrage.map(({ comments, seconds: measured }) => comments / measured)),
    'bytes a comment': spreadOf(barrage.map(({ bytes, comments }) => bytes / comments)),
    'CPU s per M comments': spreadOf(
      barrage.map(({ server, comments, seconds: measured }) => (server.cpuShare * measured * 1e6) / comments),
    ),
    skipped: spreadOf(barrage.map(({ report }) => report.skipped)),
    '÷ control, writes by CPU': ratio,
  };
  const gaps = barrage.reduce((sum, { report }) => sum + report.gaps, 0);
  const lost = barrage.reduce((sum, { report }) => sum + viewers - report.connected, 0);
  return {
    question: 'What does a room cost that is read over server-sent events?',
    command: repeatCommand('stream', options),
    rows: [
      row('Barrage', barrage, commentColumns),
      row(
        'control',
        runs.map(({ control }) => control),
        {},
      ),
    ],
    verdicts: [
      { promise: 'no stream has a gap, and none was cut off', holds: gaps === 0 && lost === 0, measured: `${gaps} gaps, ${lost} cut off` },
    ],
    notes: [
      `${viewers} streams, ${rate} comments a second; bytes are all that came over a connection in the window: events, and sizes of chunks`,
      'control: a handler of uWebSockets.js that writes events as long, at the same times, to as many responses; it takes nothing in',
      'latency: from the time the server stored the comment (whole milliseconds: up to 1 ms too much) to its arrival; of the control from its write',
      'the library has no publish for responses: each stream is a call of its own, in both',
    ],
  };
}

function row(label: string, runs: readonly StreamFigures[], more: Readonly<Record<string, Spread>>): ResultRow {
  const column = (of: (figures: StreamFigures) => number) => spreadOf(runs.map(of));
  return {
    label,
    figures: {
      'writes/s': column(({ batches, seconds }) => batches / seconds),
      'MB/s': column(({ bytes, seconds }) => bytes / seconds / 1e6),
      'p50 ms': column(({ report }) => report.latency.p50),
      'p99 ms': column(({ report }) => report.latency.p99),
      'p99.9 ms': column(({ report }) => report.latency.p999),
      'server core %': column(({ server }) => server.cpuShare * 100),
      'load core %': column(({ load }) => load.cpuShare * 100),
      'writes per CPU s': column(writesPerCpuSecond),
      'RSS MB': column(({ server }) => server.residentEnd / 1e6),
      ...more,
    },
  };
}

function writesPerCpuSecond({ batches, seconds, server }: StreamFigures): number {
  return batches / seconds / server.cpuShare;
}
