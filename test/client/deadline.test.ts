import { expect, test } from 'vitest';
import { startDeadline } from '../../src/client/deadline.ts';
import { ManualRuntime } from './manual-runtime.ts';

function deadline(): { runtime: ManualRuntime; expired: () => number; cancel: () => void } {
  const runtime = new ManualRuntime();
  let times = 0;
  const cancel = startDeadline(10_000, { runtime, expire: () => (times += 1) });
  return { runtime, expired: () => times, cancel };
}

test('A deadline expires once its time has passed', () => {
  const { runtime, expired } = deadline();
  runtime.advance(9_999);
  expect(expired()).toBe(0);
  runtime.advance(1);
  expect(expired()).toBe(1);
  expect(runtime.pendingTimers).toBe(0);
});

test('A deadline whose timer was held back is given its time once more, and only once', () => {
  const { runtime, expired } = deadline();
  runtime.advanceHidden(60_000);
  expect(expired()).toBe(0);
  runtime.advanceHidden(60_000);
  expect(expired()).toBe(1);
});

test('A deadline that is a little late counts', () => {
  const { runtime, expired } = deadline();
  runtime.advanceHidden(11_000);
  expect(expired()).toBe(1);
});

test('A cancelled deadline never expires, in its second time neither', () => {
  const first = deadline();
  first.cancel();
  first.runtime.advance(100_000);
  expect(first.expired()).toBe(0);

  const second = deadline();
  second.runtime.advanceHidden(60_000);
  second.cancel();
  second.runtime.advance(100_000);
  expect(second.expired()).toBe(0);
});
