import { expect, it } from 'vitest';
import { openMany } from '../../../bench/lib/open-many.ts';

it('openMany opens each once, in order, and no more at a time than it may', async () => {
  const begun: number[] = [];
  let underWay = 0;
  let most = 0;
  await openMany({ count: 10, atOnce: 3 }, async (index) => {
    begun.push(index);
    most = Math.max(most, ++underWay);
    await new Promise(setImmediate);
    underWay--;
  });
  expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect([most, underWay]).toEqual([3, 0]);
});

it('openMany fails with the first that cannot be opened', async () => {
  const refuse = async (index: number) => {
    if (index === 4) throw new Error('refused');
  };
  await expect(openMany({ count: 10, atOnce: 3 }, refuse)).rejects.toThrow('refused');
});
