import { generateComments } from '../comment-generator.ts';
import { pause } from '../lib/interrupt.ts';
import { Latencies } from '../lib/latencies.ts';
import type { Cores } from '../lib/pinning.ts';
import { SeededRandom } from '../lib/seeded-random.ts';
import { startServer } from '../lib/server-process.ts';
import { BareRoom } from './bare-room.ts';
import { BarrageRoom } from './barrage-room.ts';

/** The first of a run, left out: they meet code that has not been compiled yet. */
const WARM_UP = 10;
/** Longer than the room's window: the room is quiet again before the next comment. */
const MIN_GAP_MS = 150;
const MAX_GAP_MS = 400;

/** Everything that is measured, in the order of the report. */
export const MEASURES = ['comment', 'protobuf', 'json', 'ack', 'ping', 'publish', 'echo'] as const;
export type Measure = (typeof MEASURES)[number];
export type Run = Readonly<Record<Measure, Latencies>>;

export interface RunOptions {
  readonly comments: number;
  readonly viewers: number;
  readonly seed: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

/** One run, with a server and a control of its own. Ends early when the signal aborts. */
export async function measureRun({ comments, viewers, seed, cores, signal }: RunOptions): Promise<Run> {
  const server = await startServer({ core: cores.server, signal });
  const closing: (() => unknown)[] = [() => server.stop()];
  try {
    const room = await BarrageRoom.open(server.url, viewers);
    closing.push(() => room.close());
    const bare = await BareRoom.open(viewers, cores.server);
    closing.push(() => bare.close());

    const random = new SeededRandom(seed);
    const run = emptyRun();
    let turn = 0;
    for (const record of generateComments({ seed, rate: 1, seconds: 0 })) {
      if (turn === WARM_UP + comments) break;
      // The controls lie within the pause, apart from each other and from the comments.
      const gapMs = random.integer(MIN_GAP_MS, MAX_GAP_MS);
      await pause(gapMs / 3, signal);
      const ping = [await room.ping(turn)];
      const echo = [await bare.echo(turn)];
      await pause(gapMs / 3, signal);
      const publish = await bare.publish();
      await pause(gapMs / 3, signal);
      if (signal.aborted) break;
      const { ack, protobuf, json } = await room.comment(record);
      const sample = { comment: [...protobuf, ...json], protobuf, json, ack: [ack], ping, publish, echo };
      if (turn >= WARM_UP) addSample(run, sample);
      turn++;
    }
    return run;
  } finally {
    for (const close of closing.reverse()) await close();
  }
}

function emptyRun(): Run {
  return Object.fromEntries(MEASURES.map((measure) => [measure, new Latencies()])) as unknown as Run; // one for each
}

function addSample(run: Run, sample: Readonly<Record<Measure, readonly number[]>>): void {
  for (const measure of MEASURES) {
    for (const ms of sample[measure]) run[measure].add(ms);
  }
}
