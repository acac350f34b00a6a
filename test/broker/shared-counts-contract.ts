import { describe, expect, test } from 'vitest';
import type { CountedRate, SharedCounts, Spent } from '../../src/broker/shared-counts.ts';

// Windows so long that the time of a test is nothing beside them.
const WINDOW_MS = 1_000_000;
const TEST_MS = 20_000;
const RATE: CountedRate = { name: 'comments', count: 5, seconds: WINDOW_MS / 1000 };

const spent = (some: Partial<Spent> = {}): Spent => ({ key: 'u1', points: 1, latePoints: 0, leftMs: WINDOW_MS, isNew: false, ...some });

/** What every implementation of `SharedCounts` does. @param make - empty ones of two processes, that can be asked */
export function describeSharedCounts(name: string, make: () => Promise<readonly [SharedCounts, SharedCounts]>): void {
  describe(name, () => {
    /** What each process in its turn is answered: points, and how much is left, in windows. */
    async function added(...words: readonly (Partial<Spent> & { readonly by?: 0 | 1 })[]): Promise<(readonly [number, number])[]> {
      const processes = await make();
      const answers = [];
      for (const { by = 0, ...word } of words) answers.push(...(await processes[by].add(RATE, [spent(word)])));
      return answers.map(({ points, leftMs }) => [points, Math.round(((leftMs + TEST_MS) / WINDOW_MS) * 10) / 10]);
    }

    test('what all processes spend within a window adds up', async () => {
      expect((await added({ points: 2 }, { points: 1, by: 1 }, {})).map(([points]) => points)).toEqual([2, 3, 4]);
    });

    test('keys and rates count apart, and are answered in order', async () => {
      const [counts] = await make();
      await counts.add(RATE, [spent({ key: 'u2', points: 2 })]);
      await counts.add({ ...RATE, name: 'joins' }, [spent({ points: 7 })]);
      await counts.add({ ...RATE, count: 50 }, [spent({ points: 7 })]);
      const answers = await counts.add(RATE, [spent({ key: 'u3', points: 4 }), spent({ key: 'u2', points: 1 }), spent()]);
      expect(answers.map(({ points }) => points)).toEqual([4, 3, 1]);
    });

    test('the window is that of the first who adds', async () => {
      expect(await added({ leftMs: 0.4 * WINDOW_MS }, {})).toEqual([
        [1, 0.4],
        [2, 0.4],
      ]);
    });

    test('where more than the count was spent the window ends in proportion later, up to eight windows', async () => {
      expect(await added({ points: 5 }, { points: 5 }, { points: 1 }, { points: 1000 })).toEqual([
        [5, 1],
        [10, 2],
        [11, 2.2],
        [1011, 8],
      ]);
    });

    test('a window that began where the one before is about to end is the next', async () => {
      expect(await added({ points: 5, leftMs: 0.08 * WINDOW_MS }, { points: 2, by: 1 })).toEqual([
        [5, 0.1],
        [2, 1],
      ]);
    });

    test('the process with which a window began says when the next begins, unless too much was spent', async () => {
      const next = { points: 1, isNew: true };
      expect((await added({ points: 5 }, next)).at(-1)).toEqual([1, 1]);
      expect((await added({ points: 5 }, { ...next, by: 1 })).at(-1)).toEqual([6, 1.2]);
      expect((await added({ points: 5 }, { by: 1 }, next)).at(-1)).toEqual([7, 1.4]);
    });

    test('what comes late counts for the window before, which it may make longer', async () => {
      const over = { leftMs: 0.001 * WINDOW_MS };
      expect((await added({ points: 3, ...over }, { latePoints: 2, isNew: true })).at(-1)).toEqual([1, 1]);
      expect((await added({ points: 5, ...over }, { latePoints: 5, isNew: true })).at(-1)).toEqual([11, 1.2]);
      expect((await added({ points: 5, ...over }, { points: 0, latePoints: 5, leftMs: 0 })).at(-1)).toEqual([10, 1]);
    });

    test('what comes late and has no window to count for is nothing', async () => {
      expect(await added({ points: 2, latePoints: 3 })).toEqual([[2, 1]]);
      expect(await added({ points: 0, latePoints: 3, leftMs: 0 })).toEqual([[0, 0]]);
    });
  });
}
