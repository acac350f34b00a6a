import type { ResultRow } from '../lib/scenario.ts';
import { spreadOf } from '../lib/spread.ts';
import type { Contestant } from './contestants.ts';
import { type FanoutMeasureOptions, type FanoutRun, measureFanout } from './measure.ts';
import { fanoutRow } from './rows.ts';
import { type Most, searchMost } from './search-most.ts';

/** A comment that comes later is no live comment. */
const MAX_P99_MS = 500;
const STEP_SECONDS = 3;
const START_VIEWERS = 1000;
/** No step begins later: a machine that is busy, or viewers by ten thousands, may take their time. */
const MAX_MS = 150_000;
/** Of what was taken in, for each viewer: the edges of the window are not sharp. */
const LEAST_DELIVERED = 0.95;

export interface RampOptions extends Omit<FanoutMeasureOptions, 'viewers' | 'seconds'> {
  /** More cannot be connected. */
  readonly maxViewers: number;
  readonly progress: (text: string) => void;
}

/** The most viewers that one core holds, as a row: the figures are those of that many. */
export async function rampRow(contestant: Contestant, { maxViewers, progress, ...options }: RampOptions): Promise<ResultRow> {
  const endAt = performance.now() + MAX_MS;
  const most = await searchMost(
    async (viewers) => {
      progress(`${contestant.name} with ${viewers} viewers`);
      const measure = () => measureFanout(contestant, { ...options, viewers, seconds: STEP_SECONDS });
      const found = await measure();
      if (brokenBy(found) === undefined) return { holds: true, found };
      // Once more: what else the machine did for half a second is not to be held against a server.
      const again = await measure();
      return { holds: brokenBy(again) === undefined, found: again };
    },
    { start: START_VIEWERS, most: maxViewers, mayGoOn: () => performance.now() < endAt },
  );
  return rowOf(`${contestant.name}: most viewers`, most);
}

/** What of a hot room that works does not hold; nothing when all does. */
export function brokenBy({ viewers, lost, latency, answerP99Ms, commentsIn = 0, deliveredPerSecond }: FanoutRun): string | undefined {
  if (lost > 0) return `${lost} viewers cut off`;
  if (answerP99Ms === undefined) return 'comments not taken in within a second';
  if (answerP99Ms >= MAX_P99_MS) return `comments taken in ${answerP99Ms.toFixed(0)} ms late (p99)`;
  if (latency.count === 0 || deliveredPerSecond < LEAST_DELIVERED * commentsIn * viewers) return 'comments missing';
  return latency.p99 < MAX_P99_MS ? undefined : `p99 ${latency.p99.toFixed(0)} ms`;
}

function rowOf(label: string, { held, failed }: Most<FanoutRun>): ResultRow {
  const broken = failed && `${failed.count} viewers: ${brokenBy(failed.found)} ${circumstances(failed.found)}`;
  const figures = held ? fanoutRow(label, [held.found]).figures : { viewers: spreadOf([0]) };
  return { label, figures: { ...figures, 'did not hold': broken ?? 'all that was tried held' } };
}

/** Whether it was the server that could do no more. */
function circumstances({ server, load }: FanoutRun): string {
  const percent = (share: number) => `${(share * 100).toFixed(0)} %`;
  return `(server ${percent(server.cpuShare)} of its core, kept waiting for it ${percent(server.waitShare)}, load ${percent(load.cpuShare)} of its own)`;
}
