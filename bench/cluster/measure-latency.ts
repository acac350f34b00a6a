import { pause } from '../lib/interrupt.ts';
import { Latencies } from '../lib/latencies.ts';
import { SeededRandom } from '../lib/seeded-random.ts';
import { LatencyRoom } from './latency-room.ts';
import type { Stand } from './stand.ts';

/** They meet code that has not been compiled yet. */
const WARM_UP = 10;
/** Longer than the room's window: the room is quiet again before the next comment. */
const MIN_GAP_MS = 150;
const MAX_GAP_MS = 300;

export interface LatencyRun {
  readonly ack: Latencies;
  readonly here: Latencies;
  readonly there: Latencies;
}

export interface LatencyOptions {
  readonly comments: number;
  readonly watchers: number;
  readonly seed: number;
  readonly signal: AbortSignal;
}

export async function measureLatency({ servers }: Stand, { comments, watchers, seed, signal }: LatencyOptions): Promise<LatencyRun> {
  const urls = servers.map(({ url }) => url);
  const room = await LatencyRoom.open(urls, watchers);
  try {
    const random = new SeededRandom(seed);
    const run = { ack: new Latencies(), here: new Latencies(), there: new Latencies() };
    for (let turn = 0; turn < WARM_UP + comments; turn++) {
      await pause(random.integer(MIN_GAP_MS, MAX_GAP_MS), signal);
      signal.throwIfAborted();
      const { ack, here, there } = await room.comment();
      if (turn < WARM_UP) continue;
      run.ack.add(ack);
      for (const ms of here) run.here.add(ms);
      for (const ms of there) run.there.add(ms);
    }
    return run;
  } finally {
    room.close();
  }
}
