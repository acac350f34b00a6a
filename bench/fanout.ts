import type { Command } from 'commander';
import { barrageWith, type Contestant, centrifugo, contestantOf, controlOf } from './fanout/contestants.ts';
import { type FanoutRun, measureFanout } from './fanout/measure.ts';
import { fanoutNotes, NO_CENTRIFUGO } from './fanout/notes.ts';
import { rampRow } from './fanout/ramp.ts';
import { fanoutRow } from './fanout/rows.ts';
import { fanoutVerdicts } from './fanout/verdicts.ts';
import { commentSupply } from './lib/comment-supply.ts';
import { isOnPath } from './lib/is-on-path.ts';
import { integerBetween, numberBetween } from './lib/option-values.ts';
import type { ResultRow, Scenario, ScenarioContext, ScenarioResult } from './lib/scenario.ts';
import { MAX_VIEWERS } from './load/viewer-crowd.ts';
import { CENTRIFUGO } from './peers/centrifugo.ts';
import { PEERS, socketIo, uwsJson } from './peers/peers.ts';
import { repeatCommand } from './suite/repeat-command.ts';

/** What density takes at the most: past it comments would be folded, and peers do not fold. */
const MAX_RATE = 1000;

const barrage = barrageWith(100);
const barrageWide = barrageWith(500);
const CONTROL = 'control, 100 ms';
const CONTROL_WIDE = 'control, 500 ms';
const hasCentrifugo = isOnPath(CENTRIFUGO.command, process.env['PATH']);
const PEER_ROWS: readonly Contestant[] = [...PEERS.map(contestantOf), ...(hasCentrifugo ? [centrifugo] : [])];

export interface FanoutOptions {
  readonly runs: number;
  readonly seconds: number;
  readonly viewers: number;
  readonly rate: number;
  readonly ramp?: true;
  readonly file?: string;
}

/** What a core delivers of one hot room, next to what else could be used for it. */
export const fanout: Scenario<FanoutOptions> = {
  name: 'fanout',
  description:
    'one hot room: how many comments a core delivers to how many viewers, beside a control, ws, Socket.IO, uWebSockets.js and Centrifugo',
  configure: (command: Command) =>
    command
      .option('--runs <n>', 'runs, each with a server of its own', integerBetween(1, 100), 3)
      .option('--seconds <n>', 'length of a run', integerBetween(1, 3600), 8)
      .option('--viewers <n>', 'WebSocket viewers of the room', integerBetween(1, MAX_VIEWERS), 5000)
      .option('--rate <n>', 'comments a second', numberBetween(1, MAX_RATE), 40)
      .option('--ramp', `also finds the most viewers that one core holds at p99 under 500 ms, up to ${MAX_VIEWERS}: a minute more`)
      .option('--file <path>', 'comments of a recording, over and over, in place of made-up ones'),
  inSuite: { runs: 1, seconds: 4, ramp: true },
  async run(options, context) {
    try {
      return await run(options, context);
    } catch (error) {
      context.signal.throwIfAborted(); // whatever else went wrong while it stopped
      throw error;
    }
  },
};

async function run(options: FanoutOptions, context: ScenarioContext): Promise<ScenarioResult> {
  const { rate, viewers, file } = options;
  const { name: supply } = await commentSupply(file, rate);
  const measured = await measureAll(options, context);
  const rows = [...measured].map(([name, each]) => fanoutRow(name, each));
  const ramp = options.ramp ? await rampRows(options, context) : [];
  const runsOf = (name: string) => measured.get(name) ?? [];
  return {
    question: `What does one core deliver of a room of ${viewers} viewers at ${rate} comments a second?`,
    command: repeatCommand('fanout', options),
    rows: [...rows, ...(hasCentrifugo ? [] : [NO_CENTRIFUGO]), ...ramp],
    verdicts: fanoutVerdicts({
      barrage: runsOf(barrage.name),
      control: runsOf(CONTROL),
      barrageWide: runsOf(barrageWide.name),
      controlWide: runsOf(CONTROL_WIDE),
      socketIo: runsOf(socketIo.name),
      uwsJson: runsOf(uwsJson.name),
    }),
    notes: fanoutNotes(
      [...measured].map(([name, each]) => ({ name, runs: each })),
      { rate, supply },
    ),
  };
}

/** All servers within a run, before the next: what else the machine does falls on each. By name, in the order of the rows. */
async function measureAll(options: FanoutOptions, { cores, signal, progress }: ScenarioContext): Promise<Map<string, FanoutRun[]>> {
  const { runs, seconds, viewers, rate, file } = options;
  const load = { rate, giftsPerSecond: 0, file };
  const measured = new Map<string, FanoutRun[]>();
  const perRun = 4 + PEER_ROWS.length;
  let done = 0;
  const measure = async (contestant: Contestant): Promise<FanoutRun> => {
    progress(contestant.name, (done++ / (runs * perRun)) * (options.ramp ? 0.5 : 1));
    const found = await measureFanout(contestant, { viewers, seconds, load, cores, signal });
    measured.set(contestant.name, [...(measured.get(contestant.name) ?? []), found]);
    return found;
  };
  for (let run = 0; run < runs; run++) {
    for (const [ours, control] of [
      [barrage, CONTROL],
      [barrageWide, CONTROL_WIDE],
    ] as const) {
      const { notes } = await measure(ours);
      await measure(controlOf(notes, control));
    }
    for (const peer of PEER_ROWS) await measure(peer);
  }
  return measured;
}

async function rampRows({ rate, file }: FanoutOptions, { cores, signal, progress }: ScenarioContext): Promise<ResultRow[]> {
  const load = { rate, giftsPerSecond: 0, file };
  // Not with the wide window: with half a second of it, half a second at the 99th percentile cannot be.
  const contestants = [barrage, ...PEER_ROWS];
  const rows: ResultRow[] = [];
  for (const [index, contestant] of contestants.entries()) {
    const share = 0.5 + (index / contestants.length) * 0.5;
    rows.push(await rampRow(contestant, { load, cores, signal, progress: (text) => progress(text, share) }));
  }
  return rows;
}
