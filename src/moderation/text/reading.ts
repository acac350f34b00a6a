import { SPACE } from './fold-point.ts';
import type { Characters } from './read-text.ts';

/**
 * Characters with equal neighbours drawn together: what the automaton goes through. How often each stood there is kept, for `ass` is not
 * `as`, but `asssss` is `ass`. Arrays of one length.
 *
 *     read    a s s s s   h i
 *     key     a s _ h i
 *     counts  1 4 1 1 1
 */
export interface Reading {
  readonly key: string;
  readonly points: readonly number[];
  readonly counts: readonly number[];
  /** The range in the text of each, in UTF-16 code units. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

export function readingOf({ points, starts, ends }: Characters): Reading {
  const reading = { points: [] as number[], counts: [] as number[], starts: [] as number[], ends: [] as number[] };
  let key = '';
  let before = -1;
  for (let index = 0; index < points.length; index++) {
    const point = points[index] ?? SPACE;
    const last = reading.points.length - 1;
    if (point === before) {
      reading.counts[last] = (reading.counts[last] ?? 0) + 1;
      reading.ends[last] = ends[index] ?? 0;
      continue;
    }
    before = point;
    key += String.fromCodePoint(point);
    reading.points.push(point);
    reading.counts.push(1);
    reading.starts.push(starts[index] ?? 0);
    reading.ends.push(ends[index] ?? 0);
  }
  return { key, ...reading };
}

/** Whether what is written `counted` times can be meant where the word has it `wanted` times. Blanks count once, however many. */
export function isDrawnOut(point: number, { counted, wanted }: { counted: number; wanted: number }): boolean {
  return counted === wanted || point === SPACE || (counted >= DRAWN_OUT && counted >= wanted);
}

// Two of a letter are spelling (`boob`, `bob`), three are a drawl (`fuuuck`).
const DRAWN_OUT = 3;
