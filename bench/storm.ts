import type { Command } from 'commander';
import { integerBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { startServer } from './lib/server-process.ts';
import { spreadOf } from './lib/spread.ts';
import { startBareRoom } from './memory/bare-room.ts';
import { measureJoins, type StormFigures } from './storm/measure-joins.ts';
import { measureRestart, type RestartFigures } from './storm/restart.ts';
import { repeatCommand } from './suite/repeat-command.ts';

/** Of the control's joins. */
const MIN_RATIO = 0.7;
/** With those who join to warm it up, in descriptors of one process. */
const MOST_VIEWERS = 16_000;
const ROOM_PATH = '/v1/ws?room=storm';

export interface StormCommandOptions {
  readonly viewers: number;
  readonly inFlight: number;
  readonly runs: number;
}

interface Run {
  readonly barrage: StormFigures;
  readonly control: StormFigures;
  readonly restart: RestartFigures;
}

/** How fast viewers are let in, and how soon all are back when the server was started anew. */
export const storm: Scenario<StormCommandOptions> = {
  name: 'storm',
  description: 'joins a second, and how soon all viewers are back after a restart',
  configure(command: Command): Command {
    return command
      .option('--viewers <n>', 'viewers who join', integerBetween(100, MOST_VIEWERS), 5000)
      .option('--in-flight <n>', 'connections being set up at once', integerBetween(1, 500), 400)
      .option('--runs <n>', 'runs, each with servers of its own', integerBetween(1, 100), 3);
  },
  inSuite: { runs: 3 },
  async run({ viewers, inFlight, runs }, context): Promise<ScenarioResult> {
    const { cores, signal, progress } = context;
    const measured: Run[] = [];
    for (let run = 0; run < runs; run++) {
      const options = { viewers, inFlight, cores, signal };
      const tell = (text: string, part: number) => progress(`run ${run + 1} of ${runs}: ${text}`, (run + part / 3) / runs);
      tell('joins', 0);
      const barrage = await joinsOfBarrage(options, context);
      tell('joins, control', 1);
      const control = await joinsOfBare(options, barrage.joined.bytes);
      tell('restart', 2);
      measured.push({ barrage, control, restart: await measureRestart(options) });
      signal.throwIfAborted();
    }
    return resultOf(measured, { viewers, inFlight, runs });
  },
};

type JoinOptions = Parameters<typeof measureJoins>[1];

async function joinsOfBarrage(options: JoinOptions, { cores, signal }: ScenarioContext): Promise<StormFigures> {
  const server = await startServer({ core: cores.server, signal });
  try {
    return await measureJoins({ url: server.url, path: ROOM_PATH, pid: server.pid }, options);
  } finally {
    await server.stop();
  }
}

/** @param joinedBytes - with the frame's header of two bytes */
async function joinsOfBare(options: JoinOptions, joinedBytes: number): Promise<StormFigures> {
  const server = await startBareRoom(joinedBytes - 2, { core: options.cores.server });
  try {
    return await measureJoins({ url: server.url, path: '/', pid: server.pid }, options);
  } finally {
    await server.stop();
  }
}

function resultOf(runs: readonly Run[], options: StormCommandOptions): ScenarioResult {
  const clock = spreadOf(runs.map(({ barrage, control }) => barrage.perSecond / control.perSecond));
  const cpu = spreadOf(runs.map(({ barrage, control }) => barrage.perCpuSecond / control.perCpuSecond));
  const allBack = runs.every(({ restart }) => restart.back === options.viewers);
  const codes = runs.map(({ restart }) => codesText(restart.codes));
  return {
    question: 'How many viewers a second are let in, and how soon are all back when the server was started anew?',
    command: repeatCommand('storm', options),
    rows: [
      {
        label: 'Barrage',
        figures: { ...joinColumns(runs.map(({ barrage }) => barrage)), '÷ control, by the clock': clock, '÷ control, by CPU': cpu },
      },
      { label: 'control', figures: joinColumns(runs.map(({ control }) => control)) },
      restartRow(runs.map(({ restart }) => restart)),
    ],
    verdicts: [
      {
        promise: `joins a second are at least ${MIN_RATIO} of the control’s`,
        holds: clock.median >= MIN_RATIO,
        measured: ratioText(clock.median),
      },
      {
        promise: `joins by the server’s CPU second are at least ${MIN_RATIO} of the control’s`,
        holds: cpu.median >= MIN_RATIO,
        measured: ratioText(cpu.median),
      },
      { promise: 'after a restart all viewers are back', holds: allBack, measured: `closed with ${codes.join('; ')}` },
    ],
    notes: [
      `${options.viewers} viewers, ${options.inFlight} connections being set up at once; a viewer has joined when it has its frame “joined” of ${runs[0]?.barrage.joined.bytes} bytes`,
      'control: uWebSockets.js alone: handshake, two subscriptions, a frame of the same size',
      'where the load’s core is full, joins by the clock are the load’s: those by the server’s CPU second tell what a join costs',
      'server kept waiting: it was ready to run, and something else had its core; where that is much, joins by the clock say little',
      'restart: SIGTERM, then a new process on the same port; viewers try again every 20 ms, without the pauses of a client, with their cursors',
      'what a room held is in the process: after its end viewers begin anew, and none goes on from its cursor',
    ],
  };
}

function joinColumns(figures: readonly StormFigures[]): ResultRow['figures'] {
  return {
    'joins/s': spreadOf(figures.map(({ perSecond }) => perSecond)),
    'joins per CPU s': spreadOf(figures.map(({ perCpuSecond }) => perCpuSecond)),
    'server core %': spreadOf(figures.map(({ serverShare }) => serverShare * 100)),
    'server kept waiting %': spreadOf(figures.map(({ waitShare }) => waitShare * 100)),
    'load core %': spreadOf(figures.map(({ loadShare }) => loadShare * 100)),
  };
}

function restartRow(restarts: readonly RestartFigures[]): ResultRow {
  const seconds = (of: (figures: RestartFigures) => number) => spreadOf(restarts.map((figures) => of(figures) / 1000));
  return {
    label: 'Barrage, restarted',
    figures: {
      'all closed after s': seconds(({ lastLostAt, askedAt }) => lastLostAt - askedAt),
      'process ended after s': seconds(({ endedAt, askedAt }) => endedAt - askedAt),
      'first to last back s': seconds(({ lastBackAt, firstBackAt }) => lastBackAt - firstBackAt),
      'all back after s': seconds(({ lastBackAt, askedAt }) => lastBackAt - askedAt),
      back: spreadOf(restarts.map(({ back }) => back)),
      recovered: spreadOf(restarts.map(({ recovered }) => recovered)),
    },
  };
}

function codesText(codes: Readonly<Record<string, number>>): string {
  const counts = Object.entries(codes).map(([code, count]) => `${code} × ${count}`);
  return counts.join(', ');
}

function ratioText(ratio: number): string {
  return ratio.toFixed(2);
}
