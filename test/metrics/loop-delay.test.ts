import { afterEach, expect, test } from 'vitest';
import { LoopDelay } from '../../src/metrics/loop-delay.ts';

const HELD_MS = 60;

let delay: LoopDelay | undefined;
afterEach(() => delay?.stop());

/** Holds the event loop, as a long flush would. */
function holdLoop(): void {
  const until = performance.now() + HELD_MS;
  while (performance.now() < until);
}

test('before anything was watched there is no delay', () => {
  delay = new LoopDelay();
  expect(delay.take()).toEqual([
    { quantile: '0.5', seconds: 0 },
    { quantile: '0.99', seconds: 0 },
    { quantile: '1', seconds: 0 },
  ]);
});

test('a turn that held the loop is the longest delay, once, and quantiles rise', async () => {
  delay = new LoopDelay();
  delay.start();
  let looks = 0;
  const seconds: number[] = [];
  const longest = () => {
    // By turns: the watch sees a turn after it is over, and forgets the present one where it begins anew.
    if (looks++ % 2 === 0) {
      holdLoop();
      return 0;
    }
    seconds.splice(0, 3, ...(delay?.take().map((quantile) => quantile.seconds) ?? []));
    return seconds[2];
  };
  // The watch knows times by three figures.
  await expect.poll(longest, { interval: 20 }).toBeGreaterThan((HELD_MS / 1000) * 0.7);
  expect(seconds).toEqual(seconds.toSorted((a, b) => a - b));
  delay.stop();
  expect(delay.take().map((quantile) => quantile.seconds)).toEqual([0, 0, 0]);
});
