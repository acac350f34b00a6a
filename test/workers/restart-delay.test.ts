import { expect, test } from 'vitest';
import { RestartDelay } from '../../src/workers/restart-delay.ts';

test('each death doubles the wait, up to half a minute', () => {
  const delay = new RestartDelay();
  expect([1, 2, 3, 4, 5, 6, 7].map(() => delay.next(59_999))).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
});

test('a worker that has lived for a minute waits as if it had never died', () => {
  const delay = new RestartDelay();
  for (const _ of [1, 2, 3]) delay.next(0);
  expect([delay.next(60_000), delay.next(0)]).toEqual([1000, 2000]);
});
