/** What becomes of a text with a word of the list. */
export const WordAction = { mask: 'mask', hold: 'hold', block: 'block' } as const;
export type WordAction = (typeof WordAction)[keyof typeof WordAction];

export interface ListedWord {
  readonly word: string;
  readonly action: WordAction;
}

/** A file of words that is not one. The message names the line. */
export class WordListError extends Error {
  override readonly name = 'WordListError';
}

export const MAX_WORDS = 100_000;
const MAX_WORD_CODE_POINTS = 64;

const ACTIONS: readonly string[] = Object.values(WordAction);
// No pattern: a line is another's text, and a word may hold any sign, `=` too.
const SEPARATOR = ' = ';
/** Something that is read: a letter, a digit, an emoji. */
const READABLE = /[\p{L}\p{N}\p{Emoji_Presentation}]/u;

/**
 * Reads the text of a word file: one word or phrase a line, and after ` = ` what becomes of a text that holds it, `block` if nothing is said.
 *
 *     # a comment
 *     spamword
 *     rude = mask
 *     some phrase = hold
 *     # with any ending; *rude with any beginning
 *     rude* = mask
 *
 * Blank lines do not count. The last line of a word goes before those above.
 *
 * @throws WordListError
 */
export function parseWordList(text: string): ListedWord[] {
  const words = new Map<string, ListedWord>();
  let number = 0;
  for (const raw of text.replace(/^\ufeff/, '').split('\n')) {
    number++;
    const line = raw.trim();
    if (line === '' || line.startsWith('#')) continue;
    const listed = parseLine(line, number);
    words.set(listed.word, listed);
    if (words.size > MAX_WORDS) throw new WordListError(`line ${number}: more than ${MAX_WORDS} words`);
  }
  return [...words.values()];
}

/** What is wrong with a word, in the list or of a room; nothing if it can be looked for. */
export function wordIssue(word: string): string | undefined {
  if (!word.isWellFormed()) return 'the word holds a lone surrogate';
  if (!READABLE.test(word)) return 'the word has no letter, digit or emoji';
  if (word.length > MAX_WORD_CODE_POINTS && [...word].length > MAX_WORD_CODE_POINTS)
    return `the word is longer than ${MAX_WORD_CODE_POINTS} code points`;
  return undefined;
}

function parseLine(line: string, number: number): ListedWord {
  // The line has lost the blanks around it: `word =` says no action, and `= mask` no word.
  const padded = ` ${line} `;
  const at = padded.lastIndexOf(SEPARATOR);
  const word = (at < 0 ? line : padded.slice(0, at)).trim();
  const action = at < 0 ? WordAction.block : padded.slice(at + SEPARATOR.length).trim();
  if (!isAction(action)) throw new WordListError(`line ${number}: after = stands block, mask or hold`);
  const issue = wordIssue(word);
  if (issue !== undefined) throw new WordListError(`line ${number}: ${issue}`);
  return { word, action };
}

function isAction(text: string): text is WordAction {
  return ACTIONS.includes(text);
}
