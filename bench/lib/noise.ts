import { spreadOf } from './spread.ts';

/** What is no more than this is noise, whatever the runs without say: a share of theirs, or milliseconds. */
const NOISE_SHARE = 0.2;
const NOISE_MS = 5;

/** By how much a latency may differ from the median of `values` for no reason: their spread, and not less than a fifth and 5 ms. */
export function noiseOf(values: readonly number[]): number {
  const { median, min, max } = spreadOf(values);
  return Math.max(max - min, median * NOISE_SHARE, NOISE_MS);
}
