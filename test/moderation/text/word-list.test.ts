import { expect, test } from 'vitest';
import { MAX_WORDS, parseWordList, WordListError } from '../../../src/moderation/text/word-list.ts';

test('a line is a word, its action block where none is said; comments and blank lines do not count', () => {
  const list = '\ufeff# words\r\nspam\r\n\n  two words = hold\nrude* = mask\n# spam = mask\n1+1=2\nc# = block';
  expect(parseWordList(list)).toEqual([
    { word: 'spam', action: 'block' },
    { word: 'two words', action: 'hold' },
    { word: 'rude*', action: 'mask' },
    { word: '1+1=2', action: 'block' },
    { word: 'c#', action: 'block' },
  ]);
});

test('the last line of a word counts', () => {
  expect(parseWordList('spam\nspam = mask')).toEqual([{ word: 'spam', action: 'mask' }]);
});

test.each([
  ['an action that is none', 'a\nb = blok', 'line 2: after = stands block, mask or hold'],
  ['no action behind the sign', 'b =', 'line 1: after = stands block, mask or hold'],
  ['no word before it', '= mask', 'line 1: the word has no letter, digit or emoji'],
  ['nothing but signs', '***', 'line 1: the word has no letter, digit or emoji'],
  ['a word too long', 'x'.repeat(65), 'line 1: the word is longer than 64 code points'],
  ['half a character', '\ud800a', 'line 1: the word holds a lone surrogate'],
])('a list is refused with its line: %s', (_, list, message) => {
  expect(() => parseWordList(list)).toThrow(new WordListError(message));
});

test('a list takes so many words and no more', () => {
  const list = Array.from({ length: MAX_WORDS }, (_, index) => `w${index}`).join('\n');
  expect(parseWordList(list)).toHaveLength(MAX_WORDS);
  expect(() => parseWordList(`${list}\none`)).toThrow(`line ${MAX_WORDS + 1}: more than ${MAX_WORDS} words`);
});
