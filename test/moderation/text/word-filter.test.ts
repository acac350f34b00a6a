import { describe, expect, test } from 'vitest';
import { readWays, WordFilter } from '../../../src/moderation/text/word-filter.ts';
import { parseWordList } from '../../../src/moderation/text/word-list.ts';

function found(list: string, text: string): string[] {
  const filter = WordFilter.build(parseWordList(list));
  return filter.find(readWays(text)).map(({ start, end }) => text.slice(start, end));
}

describe('a word is found however it is written, and where it stands', () => {
  test.each([
    ['as it is', 'duck', 'a duck!', 'duck'],
    ['in capitals', 'duck', 'DuCK', 'DuCK'],
    ['in full width', 'duck', 'ｄｕｃｋ', 'ｄｕｃｋ'],
    ['in mathematical letters', 'duck', '𝖉𝖚𝖈𝖐', '𝖉𝖚𝖈𝖐'],
    ['in circled letters', 'duck', 'ⓓⓤⓒⓚ', 'ⓓⓤⓒⓚ'],
    ['in letters on coloured ground', 'duck', '🅳🆄🅲🅺', '🅳🆄🅲🅺'],
    ['as flags', 'duck', '🇩🇺🇨🇰', '🇩🇺🇨🇰'],
    ['with zero-width characters within', 'duck', 'd\u200bu\u2060c\u00adk', 'd\u200bu\u2060c\u00adk'],
    ['with a stroke through each letter', 'duck', 'd\u0336u\u0336c\u0336k\u0336', 'd\u0336u\u0336c\u0336k\u0336'],
    ['with a Cyrillic letter', 'duck', 'duсk', 'duсk'],
    ['with Cyrillic capitals among the Latin', 'black', 'ВLАСК', 'ВLАСК'],
    ['with Greek letters among the Latin', 'book', 'bοοk', 'bοοk'],
    ['with accents', 'duck', 'dücκ', 'dücκ'],
    ['with an accent, between signs', 'duck', '(dück!!', 'dück'],
    ['with strokes that are of the letter', 'duck', 'đuck', 'đuck'],
    ['with digits', 'shoe', '5h03', '5h03'],
    ['with 1 for i', 'bill', 'b1ll', 'b1ll'],
    ['with 1 for l', 'bill', 'bi11', 'bi11'],
    ['with a sign', 'bad', 'b@d', 'b@d'],
    ['with two signs', 'bass', 'ba$$', 'ba$$'],
    ['drawn out', 'duck', 'duuuuuckkkk', 'duuuuuckkkk'],
    ['with its own double letter drawn out', 'boob', 'boooob', 'boooob'],
    ['spelled out with dots', 'duck', 'x d.u.c.k y', 'd.u.c.k'],
    ['spelled out with blanks', 'duck', 'd u c k', 'd u c k'],
    ['before a digit', 'duck', 'duck2', 'duck'],
    ['beside ideographs', 'duck', '你duck好', 'duck'],
    ['of a script without blanks, anywhere', '傻瓜', '他是大傻瓜吧', '傻瓜'],
    ['beside its own first character', '妈的', '妈妈的', '妈妈的'],
    ['of Hangul, with an ending', '바보', '바보야', '바보'],
    ['in half-width katakana', 'ガム', 'ｶﾞﾑ', 'ｶﾞﾑ'],
    ['with its accent in a character of its own', 'café', 'cafe\u0301', 'cafe\u0301'],
    ['with its accent behind a zero-width character', 'café', 'cafe\u200b\u0301', 'cafe\u200b\u0301'],
    ['of digits', '666', '666', '666'],
    ['of digits, more of them', '666', '66666', '66666'],
    ['an emoji', '🍆', 'a🍆b', '🍆'],
    ['a phrase, with more blanks', 'go away', 'go   away', 'go   away'],
    ['a Russian word with a Latin letter', 'сука', 'cука', 'cука'],
    ['with a star behind, its whole word', 'duck*', 'ducking!', 'ducking'],
    ['with a star before, its whole word', '*duck', 'a peduck', 'peduck'],
    ['with ß', 'strasse', 'Straße', 'Straße'],
    ['a ligature within', 'office', 'oﬃce', 'oﬃce'],
  ])('%s', (_, list, text, range) => {
    expect(found(list, text)).toContain(range);
  });
});

describe('what is another word is left alone', () => {
  test.each([
    ['within another word', 'ass', 'class passes assume'],
    ['the beginning of another', 'duck', 'duckling'],
    ['with a combining letter around', 'ass', 'clàss'],
    ['a letter less', 'ass', 'as'],
    ['a letter more, not drawn out', 'bob', 'boob'],
    ['accents of the list are meant', 'lồn', 'lon'],
    ['another accent', 'año', 'ano'],
    ['a Russian word that looks Latin in capitals only', 'bot', 'вот'],
    ['digits alone', 'ass', '455'],
    ['a longer number', '666', '16667'],
    ['a number of more digits', '100', '1000'],
    ['another kana', 'かき', 'がき'],
    ['two ideographs where the list has them doubled', '爸爸', '爸'],
    ['i is not l', 'fail', 'fall'],
    ['a star behind opens the end only', 'duck*', 'peduck'],
    ['two letters before a whole word', 'abcat', 'a b cat'],
    ['letters a dash apart', 'ab', 'a-b'],
  ])('%s', (_, list, text) => {
    expect(found(list, text)).toEqual([]);
  });
});

test('the mask of an open word covers the rest of it, and no more', () => {
  expect(found('duck*', '大duckling好 x')).toEqual(['duckling']);
});

test('words are found across slices, whichever slice they are in', () => {
  const words = Array.from(
    { length: 9000 },
    (_, index) => `word${String.fromCodePoint(0x4e00 + (index % 3000))}${'abc'[Math.floor(index / 3000)]}`,
  );
  const filter = WordFilter.build(words.map((word) => ({ word, action: 'block' })));
  expect(filter.size).toBe(9000);
  for (const word of [words[0], words[4000], words[8999]]) expect(filter.find(readWays(`x ${word} y`))).toHaveLength(1);
});

test('building in steps yields once a slice at least, and builds the same', () => {
  const words = Array.from({ length: 9000 }, (_, index) => ({ word: `w${index}x`, action: 'mask' as const }));
  const steps = WordFilter.buildInSteps(words);
  let count = 0;
  let step = steps.next();
  for (; !step.done; step = steps.next()) count++;
  expect(count).toBeGreaterThanOrEqual(3);
  expect(step.value.size).toBe(9000);
  expect(step.value.find(readWays('w8999x'))).toHaveLength(1);
});

test('words that share a key are told apart by how often a letter stands there', () => {
  const filter = WordFilter.build(parseWordList('bob = mask\nboob = hold'));
  expect(filter.find(readWays('bob')).map(({ action }) => action)).toEqual(['mask']);
  expect(filter.find(readWays('boob')).map(({ action }) => action)).toEqual(['hold']);
});
