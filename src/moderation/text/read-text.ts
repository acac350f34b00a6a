import { DROPPED, foldPoint, foldTogether, JOINED } from './fold-point.ts';

/** A text as it is matched: of each character what it is read as, and where it stands in the text. Arrays of one length. */
export interface Characters {
  /** Code points. */
  readonly points: number[];
  /** The first code points of what was written. */
  readonly written: number[];
  /** Where what was written begins and ends, in UTF-16 code units. */
  readonly starts: number[];
  readonly ends: number[];
}

// Some hundred kilobytes at the most.
const MAX_KNOWN = 4096;
const MAX_KNOWN_LENGTH = 8;
const known = new Map<string, readonly number[]>();

/**
 * Reads a text for matching. One character may become several (`ﬀ`), and several one (a letter and its marks); each keeps the range that it
 * came from. Linear: a group is put together once, however long it is.
 *
 *     written   Ｆ  u  ZWSP  с(Cyrillic)  k  ̶(stroke)
 *     read      f   u        c            k
 *     range     0-1 1-3      3-4          4-6
 */
export function readText(text: string): Characters {
  const read: Characters = { points: [], written: [], starts: [], ends: [] };
  const { length } = text;
  for (let start = 0; start < length; ) {
    const point = text.codePointAt(start) ?? 0;
    const next = start + widthOf(point);
    const end = endOfGroup(text, next);
    if (end > next) {
      addAll(read, foldGroup(text.slice(start, end)), point, start, end);
    } else {
      const folded = foldPoint(point);
      if (folded >= 0) add(read, folded, point, start, end);
      else if (folded !== DROPPED) addAll(read, foldTogether(text.slice(start, end)), point, start, end);
    }
    start = end;
  }
  return read;
}

/** What people write is few: hearts with their variation selector, letters with one mark. */
function foldGroup(group: string): readonly number[] {
  const found = known.get(group);
  if (found) return found;
  const folded = foldTogether(group);
  if (group.length > MAX_KNOWN_LENGTH) return folded;
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(group, folded);
  return folded;
}

/** Past what belongs to the character before `at`: marks, and what is not seen. */
function endOfGroup(text: string, at: number): number {
  let end = at;
  while (end < text.length) {
    const unit = text.charCodeAt(end);
    if (unit < 0x80) break; // the usual case, without a look at the table
    const point = text.codePointAt(end) ?? 0;
    const folded = foldPoint(point);
    if (folded !== JOINED && folded !== DROPPED) break;
    end += widthOf(point);
  }
  return end;
}

function widthOf(point: number): number {
  return point > 0xffff ? 2 : 1;
}

// Loose parameters: this is called for each character of each comment, and an object apiece would be most of the cost.
function add(read: Characters, folded: number, point: number, start: number, end: number): void {
  read.points.push(folded);
  read.written.push(point);
  read.starts.push(start);
  read.ends.push(end);
}

function addAll(read: Characters, folded: readonly number[], point: number, start: number, end: number): void {
  for (const each of folded) add(read, each, point, start, end);
}
