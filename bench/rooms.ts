import type { Command } from 'commander';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioResult } from './lib/scenario.ts';
import { type Spread, spreadOf } from './lib/spread.ts';
import { measureRooms, type RoomsFigures } from './rooms/measure.ts';
import { startBareRooms, startBarrageRooms } from './rooms/servers.ts';
import { repeatCommand } from './suite/repeat-command.ts';

const WARM_UP_SECONDS = 3;

export interface RoomsOptions {
  readonly rooms: number;
  readonly viewers: number;
  readonly rate: number;
  readonly seconds: number;
  readonly runs: number;
}

interface Run {
  readonly barrage: RoomsFigures;
  readonly control: RoomsFigures;
}

/** Many small rooms, in place of one large one. */
export const rooms: Scenario<RoomsOptions> = {
  name: 'rooms',
  description: 'a thousand small rooms at once: latency, frames, processor and loop delay',
  configure(command: Command): Command {
    return command
      .option('--rooms <n>', 'rooms', integerBetween(1, 10_000), 1000)
      .option('--viewers <n>', 'WebSocket viewers of each room', integerBetween(1, 1000), 5)
      .option('--rate <n>', 'comments a second in each room', numberBetween(0.01, 100), 2)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 15)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 3);
  },
  inSuite: { seconds: 6, runs: 1 },
  async run(options, context): Promise<ScenarioResult> {
    const runs: Run[] = [];
    const load = { rooms: options.rooms, viewersPerRoom: options.viewers, seconds: options.seconds };
    for (let run = 0; run < options.runs; run++) {
      const tell = (text: string, part: number) =>
        context.progress(`run ${run + 1} of ${options.runs}: ${text}`, (run + part / 2) / options.runs);
      tell('Barrage', 0);
      const server = await startBarrageRooms(context, { rooms: options.rooms, commentsPerSecond: options.rooms * options.rate });
      const barrage = await measureRooms(server, { ...load, warmUpSeconds: WARM_UP_SECONDS }, context).finally(() => server.stop());
      tell('control', 1);
      const bare = await startBareRooms(context, barrage.report.notes);
      runs.push({ barrage, control: await measureRooms(bare, { ...load, warmUpSeconds: 0 }, context).finally(() => bare.stop()) });
    }
    return resultOf(runs, options);
  },
};

function resultOf(runs: readonly Run[], options: RoomsOptions): ScenarioResult {
  const { rooms: count, viewers, rate } = options;
  const barrage = runs.map((run) => run.barrage);
  const ratio = spreadOf(runs.map((run) => framesPerCpuSecond(run.barrage) / framesPerCpuSecond(run.control)));
  const gaps = barrage.reduce((sum, { report }) => sum + report.gaps, 0);
  const lost = barrage.reduce((sum, { report }) => sum + count * viewers - report.connected, 0);
  const refused = barrage.reduce((sum, { spoken }) => sum + (spoken?.refused ?? 0), 0);
  return {
    question: 'What do many small rooms cost, in place of one large one?',
    command: repeatCommand('rooms', options),
    rows: [
      row('Barrage', barrage, { '÷ control, frames by CPU': ratio }),
      row(
        'control',
        runs.map(({ control }) => control),
      ),
    ],
    verdicts: [
      { promise: 'no viewer has a gap, and none was cut off', holds: gaps === 0 && lost === 0, measured: `${gaps} gaps, ${lost} cut off` },
      { promise: 'every comment was taken in', holds: refused === 0, measured: `${refused} refused` },
    ],
    notes: [
      `${count} rooms of ${viewers} viewers, ${rate} comments a second in each, each by a request of its own at times of a Poisson process`,
      `comments were sent ${maxOf(barrage, ({ spoken }) => spoken?.late.p99).toFixed(1)} ms after they were due (p99)`,
      'control: uWebSockets.js alone publishes frames as long, in the same rooms at the same times; it takes nothing in, and is measured without a warm-up',
      'latency: from the time the server stored the comment (whole milliseconds: up to 1 ms too much) to its arrival; of the control from its publish',
      'a comment in a quiet room is sent at once: there is about a frame for each, so frames by CPU hold the request that brings it too',
      'one that comes soon after another waits for the room’s window: those are the 99th percentile',
    ],
  };
}

function row(label: string, runs: readonly RoomsFigures[], more: Readonly<Record<string, Spread>> = {}): ResultRow {
  const column = (of: (figures: RoomsFigures) => number) => spreadOf(runs.map(of));
  const delays = runs.flatMap(({ loopDelayMs }) => loopDelayMs ?? []);
  return {
    label,
    figures: {
      'comments/s in': column(({ spoken, seconds }) => (spoken ? spoken.accepted / (seconds + WARM_UP_SECONDS) : 0)),
      'comments/s delivered': column(({ shownPerSecond }) => shownPerSecond),
      'frames/s': column(({ framesPerSecond }) => framesPerSecond),
      'MB/s': column(({ bytesPerSecond }) => bytesPerSecond / 1e6),
      'p50 ms': column(({ report }) => report.latency.p50),
      'p99 ms': column(({ report }) => report.latency.p99),
      'p99.9 ms': column(({ report }) => report.latency.p999),
      'server core %': column(({ server }) => server.cpuShare * 100),
      'load core %': column(({ load }) => load.cpuShare * 100),
      'frames per CPU s': column(framesPerCpuSecond),
      'loop delay p99 ms': delays.length === 0 ? 'n/a' : spreadOf(delays),
      'RSS MB': column(({ server }) => server.residentEnd / 1e6),
      skipped: column(({ report }) => report.skipped),
      ...more,
    },
  };
}

function framesPerCpuSecond({ framesPerSecond, server }: RoomsFigures): number {
  return framesPerSecond / server.cpuShare;
}

function maxOf(runs: readonly RoomsFigures[], of: (figures: RoomsFigures) => number | undefined): number {
  return Math.max(...runs.map((run) => of(run) ?? 0));
}
