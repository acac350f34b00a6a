import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskRanges } from '../../../src/moderation/text/mask.ts';

test.each([
  ['a range', 'a duck!', [[2, 6]], 'a ****!'],
  [
    'ranges that overlap, in any order',
    'abcdef',
    [
      [3, 5],
      [0, 4],
    ],
    '*****f',
  ],
  [
    'one within another',
    'abcdef',
    [
      [0, 5],
      [1, 2],
    ],
    '*****f',
  ],
  ['blanks stay', 'go  away', [[0, 8]], '**  ****'],
  ['half of a letter with its mark hides all of it', 'cafe\u0301!', [[3, 4]], 'caf*!'],
  ['half of a family hides all of it', 'x👩‍👩‍👧y', [[1, 3]], 'x*y'],
  ['half of a flag hides all of it', '🇩🇪🇫🇷', [[0, 2]], '*🇫🇷'],
  ['no range', 'abc', [], 'abc'],
] satisfies [string, string, [number, number][], string][])('%s', (_, text, ranges, masked) => {
  expect(
    maskRanges(
      text,
      ranges.map(([start, end]) => ({ start, end })),
    ),
  ).toBe(masked);
});

test('a masked text is never longer, is well-formed, and is itself under the same mask again', () => {
  const range = fc.tuple(fc.nat(60), fc.nat(10)).map(([start, length]) => ({ start, end: start + length }));
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.array(range, { maxLength: 5 }), (text, ranges) => {
      const masked = maskRanges(text, ranges);
      expect([...masked].length).toBeLessThanOrEqual([...text].length);
      expect(masked.length).toBeLessThanOrEqual(text.length);
      expect(masked.isWellFormed()).toBe(true);
      expect(maskRanges(masked, [{ start: 0, end: masked.length }])).toBe(maskRanges(text, [{ start: 0, end: text.length }]));
    }),
  );
});
