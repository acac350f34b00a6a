import fc from 'fast-check';
import { expect, it } from 'vitest';
import { searchMost } from '../../../bench/fanout/search-most.ts';

const BOUNDS = { start: 1000, most: 18_000, mayGoOn: () => true };

/** Where so many hold, and one more does not. */
async function search(limit: number, bounds = BOUNDS): Promise<{ held?: number; failed?: number; tried: number[] }> {
  const tried: number[] = [];
  const { held, failed } = await searchMost(async (count) => {
    tried.push(count);
    return { holds: count <= limit, found: undefined };
  }, bounds);
  return { ...(held && { held: held.count }), ...(failed && { failed: failed.count }), tried };
}

it('searchMost() doubles until it does not hold, then comes near by halves', async () => {
  expect(await search(5300)).toEqual({ held: 5000, failed: 5500, tried: [1000, 2000, 4000, 8000, 6000, 5000, 5500] });
});

it('searchMost() goes down when not even the start holds', async () => {
  const { held = 0, tried } = await search(320);
  expect(tried.slice(0, 3)).toEqual([1000, 500, 300]);
  expect(held).toBeLessThanOrEqual(320);
});

it('searchMost() ends at the bound when all holds', async () => {
  expect(await search(50_000)).toEqual({ held: 18_000, tried: [1000, 2000, 4000, 8000, 16_000, 18_000] });
});

it('searchMost() ends when not even a hundred hold', async () => {
  const { held, failed } = await search(10);
  expect(held).toBeUndefined();
  expect(failed).toBe(100);
});

it('searchMost() answers what it has when it may not go on', async () => {
  const answers = [true, true, false];
  expect(await search(5300, { ...BOUNDS, mayGoOn: () => answers.shift() ?? false })).toEqual({ held: 4000, tried: [1000, 2000, 4000] });
});

it('searchMost() finds any limit to 10 %, or to a hundred', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 100, max: 17_900 }), async (limit) => {
      const { held = 0, failed = 0 } = await search(limit);
      expect(held).toBeLessThanOrEqual(limit);
      expect(failed).toBeGreaterThan(limit);
      expect(failed / held <= 1.1 || failed - held <= 100).toBe(true);
    }),
  );
});
