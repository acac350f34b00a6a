import { expect, test } from 'vitest';
import { isEmotesOnly } from '../../../src/moderation/text/emotes.ts';

test.each(['😀', '😀😀 🎉', '❤', '❤️', '👍🏽', '👩‍👩‍👧', '🇬🇧🇯🇵', '1️⃣', '🏴󠁧󠁢󠁥󠁮󠁧󠁿', '🏳️‍🌈', '👨🏾‍🚀 👩🏿‍❤️‍💋‍👨🏻'])('%j is emotes only', (text) => {
  expect(isEmotesOnly(text)).toBe(true);
});

test.each(['a', '😀a', 'hi 😀', '666', '1', '#', '[doge]', ':smile:', '哈哈', '🇬', '^_^', '😀\u200d', 'h\u20e3i'])('%j is not', (text) => {
  expect(isEmotesOnly(text)).toBe(false);
});

test('a long text that is nearly one is read once', () => {
  // A pattern that tried every way to part it would not come to an end.
  expect(isEmotesOnly(`${'👍🏽'.repeat(20_000)}x`)).toBe(false);
  expect(isEmotesOnly(`${'👩‍'.repeat(20_000)}x`)).toBe(false);
});
