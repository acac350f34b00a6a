import { expect, test } from 'vitest';
import { HandshakeLimit } from '../../src/limits/handshake-limit.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { added, metrics } from '../support/metrics.ts';

function world(maxAddresses = 100) {
  const clock = new ManualClock();
  const limit = new HandshakeLimit({ rate: { count: 2, seconds: 10 }, metrics, clock, maxAddresses });
  const come = (address: string) => {
    const answer = limit.take(address);
    return answer.ok ? 'in' : answer.refusal.retryAfterMs;
  };
  return { clock, come };
}

test('an address comes so often within its window, and is told when that ends; others come as they like', () => {
  const { clock, come } = world();
  expect([come('a'), come('a'), come('a'), come('b')]).toEqual(['in', 'in', 10_000, 'in']);
  clock.advance(9999);
  expect(come('a')).toBe(1);
  clock.advance(1);
  expect([come('a'), come('a'), come('a')]).toEqual(['in', 'in', 10_000]);
});

test('past the bound the address whose window began first is forgotten, and it is counted; one whose window is over is not', async () => {
  const { clock, come } = world(2);
  expect(await added('limitKeysEvicted', () => void ['a', 'a', 'b', 'c'].map(come))).toBe(1);
  expect([come('a'), come('a'), come('a')]).toEqual(['in', 'in', 10_000]);
  clock.advance(10_000);
  expect(await added('limitKeysEvicted', () => void ['d', 'e'].map(come))).toBe(0);
});

test('without a rate everyone comes as often as they like', () => {
  const limit = new HandshakeLimit({ rate: undefined, metrics, clock: new ManualClock() });
  for (let times = 0; times < 100; times++) expect(limit.take('a').ok).toBe(true);
});
