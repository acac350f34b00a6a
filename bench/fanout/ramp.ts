import type { ResultRow } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import { MAX_VIEWERS } from '../load/viewer-crowd.ts';
import type { Contestant } from './contestants.ts';
import { type FanoutRun, FanoutStand, type FanoutStandOptions } from './measure.ts';

/** A comment that comes later is no live comment. */
const MAX_P99_MS = 500;
const STEP = { seconds: 1.5, warmUpSeconds: 1 };
/** No step begins later: a machine that is busy may take its time. */
const MAX_MS = 25_000;
/** More cannot be connected. */
const STEPS: readonly number[] = [2000, 4000, 8000, MAX_VIEWERS];
/** Of what was taken in: the server's clock and the window's edges differ by some milliseconds. */
const LEAST_SEEN = 0.95;

/** How far a server came. */
export interface Ramp {
  /** The last step that held; nothing when not even the first did. */
  readonly held: FanoutRun | undefined;
  /** The one after it; nothing when all held. */
  readonly failed: FanoutRun | undefined;
}

export interface RampOptions extends FanoutStandOptions {
  readonly progress: (text: string) => void;
}

/** The most viewers that one core holds: twice as many come into a room that goes on, until it does not hold. */
export async function rampRow(contestant: Contestant, { progress, ...options }: RampOptions): Promise<ResultRow> {
  const endAt = performance.now() + MAX_MS;
  const stand = await FanoutStand.open(contestant, options);
  let ramp: Ramp = { held: undefined, failed: undefined };
  try {
    for (const viewers of STEPS) {
      progress(`${contestant.name} with ${viewers} viewers`);
      await stand.add(viewers - (ramp.held?.viewers ?? 0));
      const run = await stand.measure(STEP);
      // Once more: what else the machine did for half a second is not to be held against a server. One that is behind has not ended the first.
      const again = brokenBy(run) === undefined || run.answerP99Ms === undefined ? run : await stand.measure(STEP);
      ramp = brokenBy(again) === undefined ? { held: again, failed: undefined } : { ...ramp, failed: again };
      if (ramp.failed || performance.now() > endAt) break;
    }
  } finally {
    await stand.stop();
  }
  return rowOf(contestant.name, ramp);
}

/** What of a hot room that works does not hold; nothing when all does. */
export function brokenBy({ lost, latency, answerP99Ms, commentsIn = 0, seenPerSecond }: FanoutRun): string | undefined {
  if (lost > 0) return `${lost} viewers cut off`;
  if (answerP99Ms === undefined) return 'comments not taken in within a second';
  if (answerP99Ms >= MAX_P99_MS) return `comments taken in ${answerP99Ms.toFixed(0)} ms late (p99)`;
  if (latency.count === 0 || seenPerSecond < LEAST_SEEN * commentsIn) return 'comments missing';
  return latency.p99 < MAX_P99_MS ? undefined : `p99 ${latency.p99.toFixed(0)} ms`;
}

/** In columns of its own: figures at another number of viewers are not to be compared with those above. */
export function rowOf(label: string, { held, failed }: Ramp): ResultRow {
  const figure = (of: (run: FanoutRun) => number | undefined) => {
    const value = held && of(held);
    return value === undefined ? 'n/a' : spreadOf([value]);
  };
  return {
    label,
    figures: {
      'most viewers held': heldText({ held, failed }),
      'p99 then, ms': figure(({ latency }) => latency.p99),
      'answered p99 then, ms': figure(({ answerP99Ms }) => answerP99Ms),
      'loop delay p99 then, ms': figure(({ loopDelayMs }) => loopDelayMs),
      'server core then, %': figure(({ server }) => server.cpuShare * 100),
      'load core then, %': figure(({ load }) => load.cpuShare * 100),
      'what did not hold with more': failed ? `${brokenBy(failed)} ${circumstances(failed)}` : 'nothing: more were not tried',
    },
  };
}

function heldText({ held, failed }: Ramp): string {
  if (!held) return `fewer than ${failed?.viewers}`;
  return failed ? `${held.viewers}, not ${failed.viewers}` : `at least ${held.viewers}`;
}

/** Whether it was the server that could do no more. */
function circumstances({ server, load }: FanoutRun): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  return `(server ${percent(server.cpuShare)} of its core, kept waiting for it ${percent(server.waitShare)}, load ${percent(load.cpuShare)} of its own)`;
}
