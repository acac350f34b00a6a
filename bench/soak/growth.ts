import type { SoakInterval } from './measure.ts';

/** The part of the time after which memory is to stand. */
const SETTLED_AFTER = 1 / 5;

/** By how much resident memory has grown from the end of the first fifth to the end: 0.1 is a tenth. @throws RangeError without intervals */
export function growthOf(intervals: readonly Pick<SoakInterval, 'resident'>[]): number {
  const settled = intervals[Math.max(0, Math.ceil(intervals.length * SETTLED_AFTER) - 1)];
  const last = intervals.at(-1);
  if (!settled || !last) throw new RangeError('nothing to compare');
  return last.resident.median / settled.resident.median - 1;
}
