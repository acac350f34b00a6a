import { expect, test } from 'vitest';
import { Turnstile } from '../../../src/broker/redis/turnstile.ts';
import { settled } from '../../support/process.ts';

test('Turnstile lets so many in at once, in the order in which they came, whether the work succeeds or fails', async () => {
  const turnstile = new Turnstile(2);
  const inside: number[] = [];
  const finish = new Map<number, (error?: Error) => void>();
  const passes = [1, 2, 3, 4].map((n) =>
    turnstile.pass(() => {
      inside.push(n);
      return new Promise<number>((resolve, reject) => finish.set(n, (error) => (error ? reject(error) : resolve(n))));
    }),
  );
  const answers = Promise.allSettled(passes);
  await settled();
  expect(inside).toEqual([1, 2]);
  finish.get(2)?.(new Error('failed'));
  await settled();
  expect(inside).toEqual([1, 2, 3]);
  finish.get(1)?.();
  finish.get(3)?.();
  await settled();
  finish.get(4)?.();
  expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
  expect(await turnstile.pass(async () => 'free')).toBe('free');
});
