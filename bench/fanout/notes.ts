import type { ResultRow } from '../lib/scenario.ts';
import { medianOf } from '../load/figure-text.ts';
import { CENTRIFUGO } from '../peers/centrifugo.ts';
import { PEERS } from '../peers/peers.ts';
import type { FanoutRun } from './measure.ts';

/** From here on a core is full: the rest goes to switching and to what else wants it. */
const FULL = 0.9;
/** Of what was due: a Poisson process is not exact either. */
const KEEPS_UP = 0.9;
/** Kept waiting for its core for longer, a server says less of itself: what had the core also had its caches. */
const KEPT_WAITING = 0.1;

export interface MeasuredContestant {
  readonly name: string;
  readonly runs: readonly FanoutRun[];
}

/** How everybody was set up, and what befell whom. */
export function fanoutNotes(measured: readonly MeasuredContestant[], { rate, supply }: { rate: number; supply: string }): string[] {
  return [
    `comments: ${supply}, each by a POST of its own, the same to all; a server of its own and fresh viewers for each run`,
    'before its viewers come, each server (but for the control) takes in 10,000 comments that nobody sees: at 40 a second its code would not be compiled within a run',
    "Barrage: FLUSH_MS as in the row's name; CHAT_PER_SECOND=1000, so that every comment is sent by itself as the peers do; protobuf, uncompressed",
    "control: uWebSockets.js publishes frames of the length of Barrage's at their times; it takes nothing in",
    ...PEERS.map(({ name, settings }) => `${name}: ${settings}`),
    ...(measured.some(({ name }) => name === CENTRIFUGO.name) ? [`${CENTRIFUGO.name}: ${CENTRIFUGO.settings}`] : []),
    'latency: from when the server took a comment in (the time in the comment) to when one of 500 viewers had read it; what waits to be taken in is not in it',
    ...measured.flatMap((each) => caveatsOf(each, rate)),
  ];
}

/** The peer that is not a package, where it is not there: a row that says why it has no figures. */
export const NO_CENTRIFUGO: ResultRow = { label: 'Centrifugo', figures: { viewers: 'not on the PATH' } };

function caveatsOf({ name, runs }: MeasuredContestant, rate: number): string[] {
  const of = (figure: (run: FanoutRun) => number) => medianOf(runs, figure);
  const commentsIn = of((run) => run.commentsIn ?? rate);
  const lost = of((run) => run.lost);
  const notShown = of((run) => run.notShown);
  const kept = of((run) => run.server.waitShare);
  const delivered = of((run) => run.deliveredPerSecond / run.viewers / (run.commentsIn ?? Number.NaN));
  const caveats = [
    commentsIn < KEEPS_UP * rate &&
      `does not keep up: ${commentsIn.toFixed(1)} of ${rate} comments a second taken in; measured at what it delivers, its latency without the wait before`,
    delivered < KEEPS_UP && `${((1 - delivered) * 100).toFixed(0)} % of what it took in did not reach its viewers within the window`,
    lost > 0 && `${lost} viewers cut off`,
    notShown > 0 && `${notShown} comments folded or skipped`,
    kept > KEPT_WAITING && `something else had its core for ${(kept * 100).toFixed(0)} % of the time: its figures hold little`,
    of((run) => run.load.cpuShare) > FULL && 'the load’s core was full: its latencies, and what it delivered, are also of the load',
  ];
  return caveats.filter((caveat) => caveat !== false).map((caveat) => `${name}: ${caveat}`);
}
