import { amongLatin, isLatin, isOne, leetLetter, withoutMarks } from './look-alikes.ts';
import type { Characters } from './read-text.ts';
import { scriptOf } from './script.ts';

const PUNCTUATION: ReadonlySet<number> = new Set(Array.from('!|(+', (sign) => sign.charCodeAt(0)));

/**
 * Other ways to read a text, for those who spell around the list: `sh1t`, `b@d`, `fück`, `ВLАСК` with Cyrillic letters among the Latin, and
 * `f.u.c.k`. Only for texts, never for words of the list; a text without any of it, which is nearly every one, is not read again.
 *
 * `1` stands for `i` or for `l`: where there is one, there are two readings.
 */
export function looseReadings(read: Characters): Characters[] {
  const spelledOut = joinSpelledOut(read);
  const base = spelledOut ?? read;
  const reading = loosen(base, 'i');
  if (!reading) return spelledOut ? [spelledOut] : [];
  const hasOne = base.points.some((point, index) => isOne(point) && reading.points[index] !== point);
  const other = hasOne ? loosen(base, 'l') : undefined;
  return other ? [reading, other] : [reading];
}

/** Word by word, where a word is letters, digits and the signs that stand for letters. @returns nothing when there is nothing to loosen */
function loosen(read: Characters, one: 'i' | 'l'): Characters | undefined {
  let points: number[] | undefined;
  const { length } = read.points;
  for (let begin = 0; begin < length; ) {
    let end = begin;
    let latin = 0;
    let others = 0;
    for (; end < length; end++) {
      const point = read.points[end] ?? 0;
      const isLetter = isLatin(point) || withoutMarks(point) !== undefined;
      const isOther =
        !isLetter && (leetLetter(point, one) !== undefined || (point >= 0x80 && amongLatin(read.written[end] ?? 0) !== undefined));
      if (!isLetter && !isOther) break;
      if (isWrittenLatin(read.written[end] ?? 0, point)) latin++;
      if (!isLatin(point)) others++;
    }
    if (latin > 0 && others > 0) {
      points ??= [...read.points];
      let [first, last] = [begin, end - 1];
      while (isPunctuation(read.points[first])) first++;
      while (isPunctuation(read.points[last])) last--;
      for (let index = first; index <= last; index++) points[index] = letterOf(read, index, one);
    }
    begin = end === begin ? begin + 1 : end;
  }
  return points && { ...read, points };
}

/** Stands for a letter within a word only: at its ends it is what it is. */
function isPunctuation(point: number | undefined): boolean {
  return point !== undefined && PUNCTUATION.has(point);
}

function letterOf({ points, written }: Characters, index: number, one: 'i' | 'l'): number {
  const point = points[index] ?? 0;
  if (isLatin(point)) return point;
  return withoutMarks(point) ?? leetLetter(point, one) ?? amongLatin(written[index] ?? 0) ?? point;
}

/** A letter that is Latin, not one that is read so: a Russian word with an `о` is no Latin word. */
function isWrittenLatin(written: number, point: number): boolean {
  return (isLatin(point) || withoutMarks(point) !== undefined) && scriptOf(written) === 'latin';
}

/** Three at least: `a-b` is no word spelled out. */
const MIN_SPELLED = 3;

/** `f.u.c.k` and `f u c k` become `fuck`: single letters with one and the same sign, or blank, between each. */
function joinSpelledOut({ points, written, starts, ends }: Characters): Characters | undefined {
  let joined: Characters | undefined;
  let copied = 0;
  const copy = (to: Characters, from: number, until: number, step: 1 | 2) => {
    for (let index = from; index < until; index += step) {
      to.points.push(points[index] ?? 0);
      to.written.push(written[index] ?? 0);
      to.starts.push(starts[index] ?? 0);
      to.ends.push(ends[index] ?? 0);
    }
  };
  for (let begin = 0; begin < points.length; begin++) {
    const separator = points[begin + 1];
    if (separator === undefined || isSolid(separator) || !isSolid(points[begin]) || isSolid(points[begin - 1])) continue;
    let end = begin + 1;
    while (points[end] === separator && isSolid(points[end + 1])) end += 2;
    // The last letter may be the first of a whole word: `a b cat`.
    if (isSolid(points[end])) end -= 2;
    if (end - begin < 2 * MIN_SPELLED - 1) continue;
    joined ??= { points: [], written: [], starts: [], ends: [] };
    copy(joined, copied, begin, 1);
    copy(joined, begin, end, 2);
    copied = end;
    begin = end - 1;
  }
  if (joined) copy(joined, copied, points.length, 1);
  return joined;
}

function isSolid(point: number | undefined): boolean {
  return point !== undefined && scriptOf(point) !== 'none';
}
