import { AhoCorasick } from '@monyone/aho-corasick/fast';
import { looseReadings } from './loose-readings.ts';
import { type Characters, readText } from './read-text.ts';
import { isDrawnOut, type Reading, readingOf } from './reading.ts';
import { isWordBoundary, scriptOf } from './script.ts';
import type { ListedWord, WordAction } from './word-list.ts';

/** A word of the list in a text, and the range of it in UTF-16 code units. */
export interface WordMatch {
  readonly action: WordAction;
  readonly start: number;
  readonly end: number;
}

/** A word as it is looked for. */
interface SoughtWord {
  readonly action: WordAction;
  /** How often each character of the key stands there: see `Reading`. */
  readonly counts: readonly number[];
  /** `*` at the beginning or end: what follows may be of the same word. */
  readonly isOpenBefore: boolean;
  readonly isOpenAfter: boolean;
}

/**
 * Twice as many words at once take the automaton four times as long to build: 20,000 in one hold the event loop for a second, 100,000 for
 * fifteen. Slices of so many take up to 40 ms each, and each costs a text of 43 letters half a microsecond more.
 */
const SLICE_WORDS = 3000;

/**
 * Finds the words of a list in a text: an Aho-Corasick automaton goes through the text once, however many words there are, and what it finds
 * is looked at closer. Words of scripts that part their words match whole words only (`ass` is not in `class`), all others anywhere.
 *
 * Linear in the text's length: no patterns. A microsecond or two for a comment, and more only where something was found.
 */
export class WordFilter {
  readonly #slices: readonly AhoCorasick[];
  /** By key: words that differ in nothing but how often a letter stands there share one. */
  readonly #sought: ReadonlyMap<string, readonly SoughtWord[]>;

  private constructor(slices: readonly AhoCorasick[], sought: ReadonlyMap<string, readonly SoughtWord[]>) {
    this.#slices = slices;
    this.#sought = sought;
  }

  /** At once: for a start, or a few words. */
  static build(words: readonly ListedWord[]): WordFilter {
    const steps = WordFilter.buildInSteps(words);
    for (;;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
  }

  /** Slice by slice, so that others may have their turn between: `next()` until it is done. */
  static *buildInSteps(words: readonly ListedWord[]): Generator<undefined, WordFilter> {
    const sought = new Map<string, SoughtWord[]>();
    for (const [index, listed] of words.entries()) {
      const [key, word] = soughtOf(listed);
      if (key === '') continue; // nothing of it is read
      const sharing = sought.get(key);
      if (sharing) sharing.push(word);
      else sought.set(key, [word]);
      if (index % SLICE_WORDS === SLICE_WORDS - 1) yield;
    }
    // In order: what a text is not written in has slices of its own, which it goes through fast, and in each few letters begin a word.
    const keys = [...sought.keys()].sort();
    const slices: AhoCorasick[] = [];
    for (let from = 0; from < keys.length; from += SLICE_WORDS) {
      slices.push(new AhoCorasick(keys.slice(from, from + SLICE_WORDS)));
      yield;
    }
    return new WordFilter(slices, sought);
  }

  /** How many words are looked for. */
  get size(): number {
    let size = 0;
    for (const sharing of this.#sought.values()) size += sharing.length;
    return size;
  }

  /** @param text - as `readText` read it; several filters share one reading */
  find(text: ReadWays): WordMatch[] {
    const matches: WordMatch[] = [];
    for (const reading of text) for (const slice of this.#slices) this.#findIn(reading, slice, matches);
    return matches;
  }

  #findIn(reading: Reading, slice: AhoCorasick, matches: WordMatch[]): void {
    const found = slice.matchInText(reading.key);
    if (found.length === 0) return;
    const indices = reading.key.length === reading.points.length ? undefined : pointIndices(reading);
    for (const { begin, end, keyword } of found) {
      const span = { first: indices?.[begin] ?? begin, last: (indices?.[end] ?? end) - 1 };
      for (const word of this.#sought.get(keyword) ?? []) {
        if (!isMeant(word, reading, span)) continue;
        const { first, last } = wholeWord(word, reading, span);
        matches.push({ action: word.action, start: reading.starts[first] ?? 0, end: reading.ends[last] ?? 0 });
      }
    }
  }
}

/** A text in all the ways that it can be read, the plain one first. */
export type ReadWays = readonly Reading[];

export function readWays(text: string): ReadWays {
  const read: Characters = readText(text);
  return [read, ...looseReadings(read)].map(readingOf);
}

interface Span {
  readonly first: number;
  readonly last: number;
}

function soughtOf({ word, action }: ListedWord): [key: string, word: SoughtWord] {
  const isOpenBefore = word.startsWith('*');
  const isOpenAfter = word.endsWith('*');
  const { key, counts } = readingOf(readText(word.slice(isOpenBefore ? 1 : 0, isOpenAfter ? -1 : undefined).trim()));
  return [key, { action, counts, isOpenBefore, isOpenAfter }];
}

function isMeant(word: SoughtWord, { points, counts }: Reading, { first, last }: Span): boolean {
  const opens = word.isOpenBefore || isWordBoundary(points[first - 1], points[first]);
  const closes = word.isOpenAfter || isWordBoundary(points[last], points[last + 1]);
  if (!opens || !closes) return false;
  return word.counts.every((wanted, place) => {
    const point = points[first + place] ?? 0;
    const counted = counts[first + place] ?? 0;
    // Numbers are what they are, 100 is not 1000; only one digit over and over is an exclamation.
    if (word.counts.length > 1 && scriptOf(point) === 'digit') return counted === wanted;
    if (isDrawnOut(point, { counted, wanted })) return true;
    // At its ends a word that matches anywhere may stand beside its own first or last character.
    const isEnd = place === 0 || place === word.counts.length - 1;
    return isEnd && counted > wanted && isWordBoundary(point, point);
  });
}

/** With an open end, the rest of the word belongs to the match: what is left of it would be a word of its own behind a mask. */
function wholeWord({ isOpenBefore, isOpenAfter }: SoughtWord, { points }: Reading, { first, last }: Span): Span {
  let [from, to] = [first, last];
  if (isOpenBefore) while (from > 0 && !isWordBoundary(points[from - 1], points[from])) from--;
  if (isOpenAfter) while (to < points.length - 1 && !isWordBoundary(points[to], points[to + 1])) to++;
  return { first: from, last: to };
}

/** By UTF-16 code unit of the key: which of the points it is of. */
function pointIndices({ points }: Reading): number[] {
  const indices: number[] = [];
  for (const [index, point] of points.entries()) {
    indices.push(index);
    if (point > 0xffff) indices.push(index);
  }
  indices.push(points.length);
  return indices;
}
