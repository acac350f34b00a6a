import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Backoff } from '../../src/client/backoff.ts';

const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

describe('Backoff.next()', () => {
  test('never exceeds its cap, nor makes a hot loop', () => {
    fc.assert(
      fc.property(fc.array(chance, { minLength: 1, maxLength: 100 }), (chances) => {
        const draws = chances.values();
        const backoff = new Backoff(() => draws.next().value ?? 0);
        for (const _ of chances) {
          const waitMs = backoff.next();
          expect(waitMs).toBeGreaterThanOrEqual(100);
          expect(waitMs).toBeLessThanOrEqual(30_000);
        }
      }),
    );
  });

  test('tries the first time within a second', () => {
    expect(new Backoff(() => 0.999).next()).toBeLessThan(1000);
  });

  test('doubles its ceiling up to 30 s', () => {
    const backoff = new Backoff(() => 1);
    expect(Array.from({ length: 7 }, () => backoff.next())).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
  });

  test('draws from the whole time below the ceiling', () => {
    const draws = [0.5, 0, 0.5].values();
    const backoff = new Backoff(() => draws.next().value ?? 0);
    expect([backoff.next(), backoff.next(), backoff.next()]).toEqual([550, 100, 2050]);
  });

  test('stays at its cap however often it is asked', () => {
    const backoff = new Backoff(() => 1);
    for (let tries = 0; tries < 2000; tries++) backoff.next();
    expect(backoff.next()).toBe(30_000);
  });
});

test('Backoff.reset() starts afresh', () => {
  const backoff = new Backoff(() => 1);
  backoff.next();
  backoff.next();
  backoff.reset();
  expect(backoff.next()).toBe(1000);
});
