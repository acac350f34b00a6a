import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { foldKey } from '../../src/room/fold-key.ts';

describe('texts that say the same to a reader have one key', () => {
  test.each<[string, string[]]>([
    ['a run of one character, however long', ['哈哈哈', '哈哈', '哈', '哈哈哈哈哈哈哈哈']],
    ['full width and half width', ['666', '６６６６', '6６6６6', '66666666']],
    ['case', ['LOL', 'lol', 'LoL', 'ＬＯＬ']],
    ['a word over and over, with spaces and without', ['lol', 'lol lol', 'LOLLOL', '  lol   LOL lol ']],
    ['a syllable whose last repetition is torn', ['hahahah', 'haha', 'HAHAHAHAH', 'ha ha ha h']],
    ['a word whose last letter is drawn out', ['niceeee', 'niceeeee', 'NICEEE', 'nicee']],
    ['a letter drawn out within a word', ['goooal', 'gooooooal', 'GOOAL']],
    ['a phrase of several words over and over', ['go team', 'Go Team Go Team', 'goteamgoteamgoteam', 'GO TEAM GO TEAM GO']],
    ['emoji in a row', ['😂', '😂😂😂', '😂 😂']],
    ['an emoji with and without its variation selector', ['❤️❤️❤️', '❤', '❤❤️']],
    ['an emoji put together by joiners, over and over', ['👩‍🚀', '👩‍🚀👩‍🚀👩‍🚀']],
    ['flags in a row', ['🇨🇳', '🇨🇳🇨🇳🇨🇳']],
    ['a letter with its mark, in one piece or in two', ['é', 'e\u0301', 'ÉÉÉ', 'E\u0301e\u0301']],
    ['right-to-left text, with direction marks and without', ['שלום', '\u200fשלום\u200f', 'שלום שלום']],
    ['Arabic letters in their presentation forms', ['ههههه', 'ﻩﻩﻩ']],
    ['Hangul in syllables and in jamo', ['ㅋㅋㅋㅋ', 'ㅋㅋ']],
    ['zero-width characters in between', ['6\u200b6\u200b6', '666', '6\u20606\ufeff6']],
    ['white space of all kinds', ['go team', 'go\u00a0team', 'go\u3000team', 'goteam']],
    ['ligatures and circled digits as what they stand for', ['①①①', '111']],
  ])('%s', (_, texts) => {
    expect(new Set(texts.map(foldKey))).toHaveLength(1);
  });

  test('zero-width characters do not count, wherever they stand', () => {
    for (const text of ['é', 'e\u0301', '각', '\u1100\u1161', 'が', 'か\u3099']) {
      expect(foldKey([...text].join('\u200b'))).toBe(foldKey(text));
    }
  });
});

describe('texts that say something else have another key', () => {
  test.each([
    ['nice', 'niceeee'],
    ['good', 'god'],
    ['goal', 'goooal'],
    ['666', '6667'],
    ['哈哈', '呵呵'],
    ['lol', 'lo'],
    ['hah', 'ha'],
    ['abab', 'abba'],
    ['aba', 'ab'],
    ['hello world', 'world hello'],
    ['😂', '🤣'],
    ['👍', '👎'],
    ['e', 'é'],
    ['שלום', 'םולש'],
    ['1', 'l'],
    ['0', 'o'],
    ['!', '?'],
    ['ß', 'ss'],
    ['a', 'а'], // the second is Cyrillic
  ])('%s is not %s', (one, other) => {
    expect(foldKey(one)).not.toBe(foldKey(other));
  });
});

test('a text of which nothing is left keeps to itself: its key is the text', () => {
  for (const text of ['', ' ', '\u200b', '\u200b\u200d', '\u3000 \u00a0', '\ufe0f']) expect(foldKey(text)).toBe(text);
});

const FEW = fc.string({ unit: fc.constantFrom('a', 'b', 'A', ' ', '6', '６', '哈', '😂', '\u200b', '\u0301'), maxLength: 24 });
const ANY = fc.oneof(FEW, fc.string({ unit: 'binary', maxLength: 40 }), fc.string({ unit: 'grapheme', maxLength: 40 }));
/** Of one character each: nothing becomes longer or shorter under NFKC and lower case. */
const LETTERS = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '哈', '6', '😂'), minLength: 1, maxLength: 12 });

test('a key is never longer than the text under NFKC and in lower case, and never empty where the text is not', () => {
  fc.assert(
    fc.property(ANY, (text) => {
      const key = foldKey(text);
      const plain = text.normalize('NFKC').toLowerCase();
      expect(key.length).toBeLessThanOrEqual(Math.max(plain.length, text.length));
      expect(key === '').toBe(text === '');
    }),
    { numRuns: 3000 },
  );
});

test('case and spaces around make no difference', () => {
  fc.assert(
    fc.property(LETTERS, (text) => {
      for (const same of [text.toUpperCase(), ` ${text} `, [...text].join(' ')]) expect(foldKey(same)).toBe(foldKey(text));
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['100', '1000'],
  ['1', '11'],
  ['11', '111'],
  ['11:0', '111:0'],
  ['10', '1010'],
])('%s and %s are different numbers', (one, other) => {
  expect(foldKey(one)).not.toBe(foldKey(other));
});

test('a text over and over has one key, from the second time on', () => {
  fc.assert(
    fc.property(LETTERS, fc.integer({ min: 2, max: 8 }), (text, times) => {
      fc.pre(/\D/.test(text)); // numbers are what they are
      expect(foldKey(text.repeat(times))).toBe(foldKey(text.repeat(2)));
    }),
    { numRuns: 1000 },
  );
});

test('a key is its own key, but for one that is two halves alike, which is one of them', () => {
  fc.assert(
    fc.property(LETTERS, (text) => {
      const key = foldKey(text);
      const again = foldKey(key);
      expect(key === again || key.startsWith(again)).toBe(true);
      expect(foldKey(again)).toBe(again);
    }),
    { numRuns: 1000 },
  );
});

test('a long text made to be searched for repetitions has a key as any other', () => {
  const nearly = `${'a'.repeat(2)}b`.repeat(66);
  expect(foldKey(nearly)).toBe('aab');
  expect(foldKey(`${'ab'.repeat(99)}cc`)).toBe(`${'ab'.repeat(99)}cc`);
  expect(foldKey('a'.repeat(200))).toBe('a');
  expect(foldKey('\u0301'.repeat(200))).toBe('\u0301');
  // The text that grows the most under NFKC: one character of it is eighteen.
  expect(foldKey('\ufdfa'.repeat(200))).toBe(foldKey('\ufdfa'));
  const fibonacci = fibonacciWord(200);
  expect(foldKey(fibonacci).length).toBeLessThanOrEqual(200);
  expect(foldKey(`${fibonacci} ${fibonacci}`)).toBe(foldKey(`${fibonacci}${fibonacci}${fibonacci}`));
});

/** abaababa…: of all words the one with the most repetitions within. */
function fibonacciWord(length: number): string {
  let [word, before] = ['ab', 'a'];
  while (word.length < length) [word, before] = [word + before, word];
  return word.slice(0, length);
}
