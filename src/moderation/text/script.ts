/**
 * What a character means for where words end: `latin` letters, `spaced` ones of other scripts that part their words, `digit`s, letters of
 * scripts that write words in one row or glue endings to them (`dense`), and `none`: signs, blanks, and emoji.
 */
export type Script = 'latin' | 'spaced' | 'digit' | 'dense' | 'none';

const SCRIPTS = ['none', 'latin', 'spaced', 'digit', 'dense'] as const satisfies readonly Script[];

const DENSE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;
const LATIN = /^\p{Script=Latin}/u;
// The marks are vowels and such: of one word with their letters.
const LETTER = /^[\p{L}\p{M}]/u;
const DIGIT = /^\p{N}/u;

// 1 + the place in SCRIPTS; 0 is not known yet.
const known = new Uint8Array(0x10000);

export function scriptOf(point: number): Script {
  if (point >= known.length) return compute(point);
  const found = known[point];
  if (found) return SCRIPTS[found - 1] ?? 'none';
  const script = compute(point);
  known[point] = 1 + SCRIPTS.indexOf(script);
  return script;
}

/** Whether a word could begin or end between the two. */
export function isWordBoundary(left: number | undefined, right: number | undefined): boolean {
  if (left === undefined || right === undefined) return true;
  const [before, after] = [kindOf(left), kindOf(right)];
  // A digit parts from a letter: `word1` holds `word`.
  return before !== after || before === 'none' || before === 'dense';
}

function kindOf(point: number): Exclude<Script, 'latin'> {
  const script = scriptOf(point);
  // Cyrillic letters that look Latin are read as Latin: no boundary is between them and the rest of their word.
  return script === 'latin' ? 'spaced' : script;
}

function compute(point: number): Script {
  const character = String.fromCodePoint(point);
  if (DENSE.test(character)) return 'dense';
  if (LATIN.test(character)) return 'latin';
  if (LETTER.test(character)) return 'spaced';
  return DIGIT.test(character) ? 'digit' : 'none';
}
