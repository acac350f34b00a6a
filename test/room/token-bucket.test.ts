import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TokenBucket } from '../../src/room/token-bucket.ts';
import { NaiveBucket } from './naive-bucket.ts';

test('a bucket begins full, whenever it is asked first', () => {
  for (const now of [0, 0.5, 1e9]) expect(new TokenBucket(40).available(now)).toBe(40);
});

test('what was taken comes back evenly, up to a second’s worth', () => {
  const bucket = new TokenBucket(40);
  bucket.take(40, 1000);
  expect([1000, 1024, 1025, 1500, 2000, 90_000].map((now) => bucket.available(now))).toEqual([0, 0, 1, 20, 40, 40]);
});

test('TokenBucket.availableAt() is now where there are so many, and else when there will be', () => {
  const bucket = new TokenBucket(10);
  expect(bucket.availableAt(10, 0)).toBe(0);
  bucket.take(10, 0);
  expect(bucket.availableAt(1, 0)).toBe(100);
  expect(bucket.availableAt(3, 50)).toBe(300);
});

test('who could not wait takes what is not there, and the next waits the longer', () => {
  const bucket = new TokenBucket(10);
  bucket.take(15, 0);
  expect([bucket.available(0), bucket.availableAt(1, 0)]).toEqual([-5, 600]);
});

test('another rate counts from when it was set, and keeps what has gathered up to its own second’s worth', () => {
  const bucket = new TokenBucket(10);
  bucket.take(10, 0);
  bucket.setRate(100, 500);
  expect([bucket.available(500), bucket.available(510)]).toEqual([5, 6]);
  bucket.setRate(2, 510);
  expect([bucket.perSecond, bucket.available(510), bucket.available(10_000)]).toEqual([2, 2, 2]);
});

test('an earlier time than before changes nothing', () => {
  const bucket = new TokenBucket(10);
  bucket.take(10, 1000);
  expect([bucket.available(500), bucket.available(1100)]).toEqual([0, 1]);
});

const perSecond = fc.oneof(fc.integer({ min: 1, max: 1000 }), fc.constantFrom(1, 3, 7, 40, 20_000));
const step = fc.record({
  waitMs: fc.oneof(fc.nat({ max: 30 }), fc.nat({ max: 1500 })),
  act: fc.oneof(
    fc.record({ take: fc.double({ min: 0, max: 1.5, noNaN: true }) }),
    fc.record({ setRate: perSecond }),
    fc.record({ ask: fc.integer({ min: 1, max: 1000 }) }),
  ),
});

test('TokenBucket answers as counting every millisecond does', () => {
  fc.assert(
    fc.property(perSecond, fc.array(step, { maxLength: 30 }), (rate, steps) => {
      const bucket = new TokenBucket(rate);
      const naive = new NaiveBucket(rate);
      let now = 0;
      for (const { waitMs, act } of steps) {
        now += waitMs;
        expect(bucket.available(now)).toBe(naive.available(now));
        if ('take' in act) {
          const count = Math.ceil(act.take * Math.max(1, naive.available(now)));
          bucket.take(count, now);
          naive.take(count, now);
        } else if ('setRate' in act) {
          bucket.setRate(act.setRate, now);
          naive.setRate(act.setRate, now);
        } else if (act.ask <= bucket.perSecond) {
          // The first whole millisecond at which there are so many.
          const at = Math.ceil(bucket.availableAt(act.ask, now) - 1e-6);
          expect(at).toBeGreaterThanOrEqual(now);
          if (at > now) expect(bucket.available(at - 1)).toBeLessThan(act.ask);
          now = at;
          expect(naive.available(now)).toBeGreaterThanOrEqual(act.ask);
        }
        expect(bucket.available(now)).toBe(naive.available(now));
      }
    }),
    { numRuns: 1000 },
  );
});
