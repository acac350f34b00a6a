import { lookAlikeOf } from './look-alikes.ts';

/** What is not one code point: nothing to see, what belongs to the character before, and what is several. */
export const DROPPED = -1;
export const JOINED = -2;
const SEVERAL = -3;

export const SPACE = 0x20;

const IGNORABLE = /^\p{Default_Ignorable_Code_Point}$/u;
// Marks, and the vowels and ends of Hangul syllables.
const JOINING = /^[\p{M}\u1160-\u11ff]/u;
/**
 * Marks that leave a letter what it is: those for any letter where they make up no letter with it, and the points of Hebrew and Arabic. The
 * vowels of Indic scripts and of Thai are marks as well, and are not among them.
 */
const ORNAMENT = /^[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u0591-\u05c7\u064b-\u065f\u0670]/;
// The last is the blank Braille pattern.
const BLANK = /^[\s\u2800]/;

// By code point; 0 is not known yet. What lies beyond is rare but for emoji, and those are few.
const known = new Int32Array(0x10000);
const knownBeyond = new Map<number, number>();
const MAX_KNOWN_BEYOND = 4096;

/**
 * What one code point is read as: normal form (NFKC), small letter, without width, and the Latin letter that it looks like. Looked up in a
 * table that fills as it is asked, since `String.normalize` costs some hundred nanoseconds a call.
 *
 * @returns a code point, or `DROPPED`, `JOINED` or `SEVERAL`
 */
export function foldPoint(point: number): number {
  const found = point < known.length ? known[point] : knownBeyond.get(point);
  if (found) return found;
  const folded = compute(point);
  if (point < known.length) {
    known[point] = folded;
  } else {
    if (knownBeyond.size >= MAX_KNOWN_BEYOND) knownBeyond.clear();
    knownBeyond.set(point, folded);
  }
  return folded;
}

/** The same for characters that belong together, such as a letter and its marks. */
export function foldTogether(text: string): number[] {
  const points: number[] = [];
  for (const character of normal(text.replace(/\p{Default_Ignorable_Code_Point}/gu, ''))) {
    if (ORNAMENT.test(character)) continue;
    points.push(BLANK.test(character) ? SPACE : lookAlikeOf(character.codePointAt(0) ?? 0));
  }
  return points;
}

function compute(point: number): number {
  const character = String.fromCodePoint(point);
  if (IGNORABLE.test(character)) return DROPPED;
  if (JOINING.test(character) || JOINING.test(character.normalize('NFKC'))) return JOINED;
  const folded = foldTogether(character);
  const [only, second] = folded;
  return only === undefined ? DROPPED : second === undefined ? only : SEVERAL;
}

/** Once more after the small letters: some have a normal form of their own. */
function normal(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll('ß', 'ss').normalize('NFKC');
}
