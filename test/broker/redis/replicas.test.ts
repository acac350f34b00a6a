import { expect, test } from 'vitest';
import { Replicas } from '../../../src/broker/redis/replicas.ts';

const seen = (reached: number, connected: number) => ({ answer: [], reached, connected });

test('Replicas waits a second for as many as are wanted, of a master that it does not know', () => {
  expect(new Replicas({ wanted: 2, rule: 'must' }).toWaitFor('a')).toEqual({ replicas: 2, timeoutMs: 1000 });
});

test.each([
  ['must', [true, false, false, false]],
  ['where-connected', [true, false, true, true]],
] as const)('where replicas %s have it, these are enough', (rule, verdicts) => {
  const replicas = new Replicas({ wanted: 2, rule });
  expect([seen(2, 3), seen(1, 2), seen(1, 1), seen(0, 0)].map((answer) => replicas.areEnough('a', answer))).toEqual(verdicts);
});

test('Replicas does not wait for what is not connected, nor long for one that stood still; each master for itself', () => {
  const replicas = new Replicas({ wanted: 1, rule: 'where-connected' });
  replicas.areEnough('a', seen(0, 0));
  replicas.areEnough('b', seen(0, 1));
  expect(replicas.toWaitFor('a')).toEqual({ replicas: 0, timeoutMs: 1000 });
  expect(replicas.toWaitFor('b')).toEqual({ replicas: 1, timeoutMs: 100 });
  // One has connected, and was not waited for.
  expect(replicas.areEnough('a', seen(0, 1))).toBe(false);
  expect(replicas.areEnough('a', seen(1, 1))).toBe(true);
  expect(replicas.areEnough('b', seen(1, 1))).toBe(true);
  for (const master of ['a', 'b']) expect(replicas.toWaitFor(master)).toEqual({ replicas: 1, timeoutMs: 1000 });
});
