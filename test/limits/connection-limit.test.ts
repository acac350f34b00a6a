import { expect, test } from 'vitest';
import { ConnectionLimit, type Release } from '../../src/limits/connection-limit.ts';
import { added, metrics } from '../support/metrics.ts';

function limitOf(max: number): ConnectionLimit {
  return new ConnectionLimit({ name: 'address_connections', max, metrics });
}

function held(limit: ConnectionLimit, key = 'a'): Release {
  const answer = limit.hold(key);
  if (!answer.ok) throw new Error(answer.refusal.code);
  return answer.value;
}

test('past as many as one may hold a connection is refused, and counted', async () => {
  const limit = limitOf(2);
  held(limit);
  held(limit);
  expect(await added('limited', () => void limit.hold('a'))).toBe(1);
  expect(limit.hold('a')).toMatchObject({ ok: false, refusal: { code: 'connection_limit', temporary: true } });
  expect(limit.hold('b')).toMatchObject({ ok: true });
});

test('a place that is given back is free, once', () => {
  const limit = limitOf(2);
  const release = held(limit);
  held(limit);
  release();
  release();
  expect(limit.heldBy('a')).toBe(1);
  held(limit);
  expect(limit.hold('a')).toMatchObject({ ok: false });
});

test('what was refused holds no place', () => {
  const limit = limitOf(1);
  const release = held(limit);
  for (let n = 0; n < 10; n++) limit.hold('a');
  release();
  expect(limit.heldBy('a')).toBe(0);
});

test('a key without connections is forgotten', () => {
  const limit = limitOf(3);
  const releases = Array.from({ length: 30 }, (_, n) => held(limit, `k${n % 10}`));
  expect(limit.size).toBe(10);
  for (const release of releases) release();
  expect(limit.size).toBe(0);
});

test('with 0 any number is let in, and nothing is kept of it', () => {
  const limit = limitOf(0);
  for (let n = 0; n < 5000; n++) held(limit);
  expect(limit.size).toBe(0);
});
