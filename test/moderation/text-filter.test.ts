import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readWays, WordFilter } from '../../src/moderation/text/word-filter.ts';
import { parseWordList } from '../../src/moderation/text/word-list.ts';
import { type RoomWords, TextFilter, type TextFilterOptions, type TextVerdict } from '../../src/moderation/text-filter.ts';
import { metrics } from '../support/metrics.ts';

const LIST = 'blockme = block\nholdme = hold\nduck = mask\nbitte* = mask\nik = mask\nass = mask\n傻瓜 = mask';

function filterOf(options: Partial<TextFilterOptions> & { list?: string } = {}): TextFilter {
  const { list = LIST, ...others } = options;
  const words = { filter: WordFilter.build(parseWordList(list)) };
  return new TextFilter({ links: 'block', linkHosts: ['good.com'], maxRun: 10, words, metrics, ...others });
}

test.each<[string, string, TextVerdict]>([
  ['an innocent text stays as it is', 'Ｈｉ  ＴＨＥＲＥ е̄', { kind: 'allow', text: 'Ｈｉ  ＴＨＥＲＥ е̄' }],
  ['a masked word, the rest as it was written', 'Ａ dücк!', { kind: 'mask', text: 'Ａ ****!' }],
  ['two masked words', 'duck 大傻瓜', { kind: 'mask', text: '**** 大**' }],
  ['hold goes before mask', 'duck holdme', { kind: 'hold', reason: 'word' }],
  ['block goes before hold and mask', 'duck holdme blockme', { kind: 'block', reason: 'word' }],
  ['a link', 'see evil.com', { kind: 'block', reason: 'link' }],
  ['a link that is allowed', 'see www.good.com', { kind: 'allow', text: 'see www.good.com' }],
  ['one link of two that is not allowed', 'www.good.com evil.com', { kind: 'block', reason: 'link' }],
  ['a run as long as may be', '哈'.repeat(10), { kind: 'allow', text: '哈'.repeat(10) }],
  ['a longer run', '哈'.repeat(11), { kind: 'block', reason: 'run' }],
  ['a longer run of what looks the same', 'aＡаA\u200ba'.repeat(3), { kind: 'block', reason: 'run' }],
  ['marks in heaps', `a${'\u0300\u0316'.repeat(5)}`, { kind: 'block', reason: 'marks' }],
  ['marks that a script has', 'ที่นี่', { kind: 'allow', text: 'ที่นี่' }],
  ['what a mask lays bare is masked as well', 'ok ass1k', { kind: 'mask', text: 'ok *****' }],
])('%s', (_, text, verdict) => {
  expect(filterOf().check(text)).toEqual(verdict);
});

test('links may be held, and hold goes before mask', () => {
  expect(filterOf({ links: 'hold' }).check('duck evil.com')).toEqual({ kind: 'hold', reason: 'link' });
  expect(filterOf({ links: 'hold' }).check('blockme evil.com')).toEqual({ kind: 'block', reason: 'word' });
});

test('links are let through where nothing is said, and so are runs and marks', () => {
  const filter = filterOf({ links: 'allow', maxRun: 0 });
  for (const text of ['evil.com', '哈'.repeat(200), `a${'\u0300'.repeat(50)}`]) expect(filter.check(text)).toEqual({ kind: 'allow', text });
});

describe('a room has blocked words of its own', () => {
  const room: RoomWords = { blockedWords: ['spoiler', '结局', '***', 'x'.repeat(80)] };

  test('they block in this room only, whatever they are written in', () => {
    const filter = filterOf();
    for (const text of ['a SPÖILER', '看到了结局']) {
      expect(filter.check(text, room)).toEqual({ kind: 'block', reason: 'room_word' });
      expect(filter.check(text, {})).toMatchObject({ kind: 'allow' });
    }
  });

  test('what cannot be looked for is passed over', () => {
    expect(filterOf().check(`*** ${'x'.repeat(8)}`, room)).toMatchObject({ kind: 'allow' });
  });

  test('no more than a hundred are looked for', () => {
    const blockedWords = Array.from({ length: 101 }, (_, index) => `word${String.fromCodePoint(0x4e00 + index)}`);
    const [first = '', hundredth = '', more = ''] = [blockedWords[0], blockedWords[99], blockedWords[100]];
    const kinds = [first, hundredth, more].map((text) => filterOf().check(text, { blockedWords }).kind);
    expect(kinds).toEqual(['block', 'block', 'allow']);
  });

  test('new settings are a new list', () => {
    const filter = filterOf();
    expect(filter.check('spoiler', { blockedWords: ['spoiler'] }).kind).toBe('block');
    expect(filter.check('spoiler', { blockedWords: ['other'] }).kind).toBe('allow');
  });
});

test('a new list counts from the next comment on', () => {
  const words = { filter: WordFilter.build([]) };
  const filter = new TextFilter({ links: 'allow', linkHosts: [], maxRun: 0, words, metrics });
  expect(filter.check('duck').kind).toBe('allow');
  words.filter = WordFilter.build(parseWordList('duck'));
  expect(filter.check('duck').kind).toBe('block');
});

test('what is not left as it was is counted, by why', async () => {
  const count = async () =>
    (await metrics.textVerdicts.get()).values.find(({ labels }) => labels.verdict === 'hold' && labels.reason === 'word');
  const before = (await count())?.value ?? 0;
  filterOf().check('holdme');
  filterOf().check('hello');
  expect((await count())?.value).toBe(before + 1);
});

describe('whatever the text', () => {
  const pieces = fc.constantFrom(
    ...[
      'duck',
      'ass',
      'bitte',
      'k',
      '1',
      'i',
      'l',
      '4',
      '$',
      '@',
      '.',
      ' ',
      '*',
      'ü',
      'о',
      'К',
      '\u0301',
      '\u200b',
      'ｄ',
      'ﬀ',
      '傻',
      '瓜',
      '👩‍👩‍👧',
      '🇩',
      'ß',
      'ik',
      '://',
      'com',
      '\ud800',
    ],
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.array(pieces, { maxLength: 60 }).map((parts) => parts.join('')),
  );
  const filter = filterOf({ links: 'allow', maxRun: 0 });

  test('there is a verdict, and a text never grows', () => {
    fc.assert(
      fc.property(text, (given) => {
        const verdict = filterOf().check(given, { blockedWords: ['k'] });
        if ('text' in verdict) expect([...verdict.text].length).toBeLessThanOrEqual([...given].length);
        if (verdict.kind === 'allow') expect(verdict.text).toBe(given);
      }),
      { numRuns: 2000 },
    );
  });

  test('a masked text is left as it is: nothing is found in it any more', () => {
    let masked = 0;
    fc.assert(
      fc.property(text, (given) => {
        const verdict = filter.check(given);
        if (verdict.kind !== 'mask') return;
        masked++;
        expect(filter.check(verdict.text)).toEqual({ kind: 'allow', text: verdict.text });
      }),
      { numRuns: 5000 },
    );
    expect(masked).toBeGreaterThan(100);
  });

  test('a range that is found lies in the text, on the borders of characters', () => {
    const words = WordFilter.build(parseWordList(LIST));
    fc.assert(
      fc.property(text, (given) => {
        for (const { start, end } of words.find(readWays(given))) {
          expect(start).toBeLessThan(end);
          expect(end).toBeLessThanOrEqual(given.length);
          if (given.isWellFormed()) expect(given.slice(start, end).isWellFormed()).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('how it is read grows with the text and not faster, for the worst of texts too', () => {
    const size = (ways: ReturnType<typeof readWays>) => ways.reduce((sum, { points }) => sum + points.length, 0);
    fc.assert(
      fc.property(text, (given) => {
        const times = (count: number) => size(readWays(`${given} `.repeat(count)));
        expect(times(40)).toBeLessThanOrEqual(40 * (times(2) + 3));
      }),
      { numRuns: 300 },
    );
  });
});
