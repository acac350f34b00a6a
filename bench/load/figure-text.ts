import { spreadOf } from '../lib/spread.ts';

/** A figure's median over the runs and, in brackets, the least and the most of them; of one run the figure alone. */
export function figureText(values: readonly number[], digits = 0): string {
  const { median, min, max } = spreadOf(values);
  const text = (value: number) => value.toFixed(digits);
  return values.length === 1 ? text(median) : `${text(median)} [${text(min)}–${text(max)}]`;
}

export function medianOf<T>(runs: readonly T[], of: (run: T) => number): number {
  return spreadOf(runs.map(of)).median;
}

export function megabytes(bytes: number): number {
  return bytes / 1e6;
}
