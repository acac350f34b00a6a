import { expect, test } from 'vitest';
import { OwnRepeats } from '../../src/limits/own-repeats.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';

function world({ repeatMs = 30_000, maxTexts = 100 } = {}) {
  const clock = new ManualClock();
  const repeats = new OwnRepeats({ repeatMs, maxTexts, metrics, clock });
  const say = (text: string, viewer = 'u1') => {
    const answer = repeats.take({ viewer, text });
    return answer.ok ? 'said' : answer.refusal.retryAfterMs;
  };
  return { clock, repeats, say };
}

test('the same again within its time is refused, and when it may be said is told', () => {
  const { clock, repeats, say } = world();
  expect(say('hello')).toBe('said');
  clock.advance(10_000.5);
  expect(repeats.take({ viewer: 'u1', text: 'hello' })).toEqual({
    ok: false,
    refusal: { code: 'repeated_text', message: 'you said the same a moment ago', temporary: true, retryAfterMs: 20_000 },
  });
});

test('who waits as long as it was told may say it, however often it tried meanwhile', () => {
  const { clock, say } = world();
  say('hello');
  clock.advance(29_999);
  expect(say('hello')).toBe(1);
  clock.advance(1);
  expect(say('hello')).toBe('said');
  expect(say('hello')).toBe(30_000);
});

test.each([
  ['666', '６６６６'],
  ['LOL', 'lol lol'],
  ['哈哈哈', '哈哈哈哈哈'],
  ['buy now', 'b\u200bu y n o w'],
])('%j and %j are the same', (one, other) => {
  const { say } = world();
  say(one);
  expect(say(other)).toBe(30_000);
});

test('another text, or another viewer, is not', () => {
  const { say } = world();
  say('hello');
  expect(say('hello!')).toBe('said');
  expect(say('hello', 'u2')).toBe('said');
});

test('no viewer and text together are those of another', () => {
  const { say } = world();
  say('b=c', 'a');
  expect(say('c', 'a=b')).toBe('said');
  expect(say('c', '1:a=b')).toBe('said');
});

test('long texts are told apart by their last character', () => {
  const { say } = world();
  const long = Array.from({ length: 199 }, (_, n) => String.fromCodePoint(0x4e00 + n)).join('');
  say(`${long}a`);
  expect(say(`${long}b`)).toBe('said');
  expect(say(`${long}a`)).toBe(30_000);
});

test('no more texts are kept than the bound, the oldest is forgotten, and it is counted', async () => {
  const { repeats, say } = world({ maxTexts: 3 });
  say('1a');
  say('2b');
  say('3c');
  expect(await added('limitKeysEvicted', () => void say('4d'))).toBe(1);
  expect(repeats.size).toBe(3);
  expect(say('2b')).toBe(30_000);
  expect(say('1a')).toBe('said');
});

test('what is past its time is kept no longer', () => {
  const { clock, repeats, say } = world();
  for (let n = 0; n < 50; n++) say(`${n}x`);
  clock.advance(30_000);
  say('now');
  expect(repeats.size).toBe(1);
});

test('with 0 repeats are taken, and nothing is kept', () => {
  const { repeats, say } = world({ repeatMs: 0 });
  say('hello');
  expect(say('hello')).toBe('said');
  expect(repeats.size).toBe(0);
});
