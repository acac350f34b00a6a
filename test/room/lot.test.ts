import { expect, test } from 'vitest';
import { drawOf, seedOf } from '../../src/room/lot.ts';
import { chiSquare, chiSquareBound } from '../support/statistics.ts';

const BINS = 64;
const DRAWS = 64_000;
const SEEDS = ['e1', 'e2', 'k3', 'a-longer-epoch-1', ''].map(seedOf);

/** How many of the draws of a sequence fall into each of `BINS` equal parts of 0 to 1. */
function spread(draw: (index: number) => number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  for (let index = 0; index < DRAWS; index++) {
    const bin = Math.min(BINS - 1, Math.floor(draw(index) * BINS));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return counts;
}

const isEven = (counts: readonly number[]) => chiSquare(counts, DRAWS / BINS) < chiSquareBound(BINS);

test('seedOf() is FNV-1a over 32 bits', () => {
  // From the authors' list of test values: http://www.isthe.com/chongo/src/fnv/test_fnv.c
  expect([seedOf(''), seedOf('a'), seedOf('foobar')]).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test('drawOf() is above 0 and at most 1, and the same for the same seed and place', () => {
  for (const seed of SEEDS) {
    for (const place of [0, 1, 2, 1000, 2 ** 31, 2 ** 32 - 1, 2 ** 32, Number.MAX_SAFE_INTEGER]) {
      const draw = drawOf(seed, place);
      expect(draw).toBeGreaterThan(0);
      expect(draw).toBeLessThanOrEqual(1);
      expect(drawOf(seed, place)).toBe(draw);
    }
  }
});

test.each(SEEDS)('the draws of seed %i are even over one room’s places', (seed) => {
  expect(isEven(spread((place) => drawOf(seed, place)))).toBe(true);
  // Every seventh as well, and from a place that is far on.
  expect(isEven(spread((place) => drawOf(seed, 7 * place)))).toBe(true);
  expect(isEven(spread((place) => drawOf(seed, 2 ** 32 - DRAWS / 2 + place)))).toBe(true);
});

test('the draws of one place are even over rooms, whose epochs differ in little', () => {
  for (const place of [0, 1, 17]) expect(isEven(spread((room) => drawOf(seedOf(`e${room}`), place)))).toBe(true);
});

test('two draws that follow each other say nothing of each other', () => {
  const side = Math.sqrt(BINS);
  for (const seed of SEEDS) {
    const pairs = spread((place) => {
      const [one, next] = [drawOf(seed, place), drawOf(seed, place + 1)].map((draw) => Math.min(side - 1, Math.floor(draw * side)));
      return ((one ?? 0) * side + (next ?? 0)) / BINS;
    });
    expect(isEven(pairs)).toBe(true);
  }
});

test('another seed draws otherwise, and so does a place 2^32 further on', () => {
  const draws = (seed: number, from: number) => Array.from({ length: 20 }, (_, index) => drawOf(seed, from + index));
  expect(draws(seedOf('e1'), 1)).not.toEqual(draws(seedOf('e2'), 1));
  expect(draws(seedOf('e1'), 1)).not.toEqual(draws(seedOf('e1'), 2 ** 32 + 1));
});
