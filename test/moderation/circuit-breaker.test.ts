import { beforeEach, expect, test } from 'vitest';
import { CircuitBreaker, type Permit } from '../../src/moderation/circuit-breaker.ts';
import { ManualClock } from '../support/manual-clock.ts';

let clock = new ManualClock();
let changes: string[] = [];
let breaker: CircuitBreaker;

beforeEach(() => {
  clock = new ManualClock();
  changes = [];
  breaker = new CircuitBreaker({ clock, random: () => 0, onChange: (state) => changes.push(state) });
});

function permit(): Permit {
  const given = breaker.admit();
  if (!given) throw new Error('no permit');
  return given;
}

function fail(times: number): void {
  for (let time = 0; time < times; time++) breaker.failed(permit());
}

test('four failures in a row leave it closed, the fifth opens it', () => {
  fail(4);
  expect(breaker.admit()).toBeDefined();
  breaker.failed(permit());
  expect(breaker.admit()).toBeUndefined();
  expect(changes).toEqual(['open']);
});

test('a success in between begins the count anew', () => {
  fail(4);
  breaker.succeeded(permit());
  fail(4);
  expect(changes).toEqual([]);
});

test('after two seconds one call may try, and no other beside it', () => {
  fail(5);
  clock.advance(1999);
  expect(breaker.admit()).toBeUndefined();
  clock.advance(1);
  expect(breaker.admit()).toBeDefined();
  expect(breaker.admit()).toBeUndefined();
});

test('a trial that succeeds closes it', () => {
  fail(5);
  clock.advance(2000);
  breaker.succeeded(permit());
  expect(changes).toEqual(['open', 'closed']);
  fail(4);
  expect(breaker.admit()).toBeDefined();
});

test('a trial that fails doubles the time, up to a minute, and is not told of', () => {
  fail(5);
  for (const openMs of [2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]) {
    clock.advance(openMs - 1);
    expect(breaker.admit()).toBeUndefined();
    clock.advance(1);
    breaker.failed(permit());
  }
  expect(changes).toEqual(['open']);
});

test('calls from before it opened neither close it nor make it longer', () => {
  const [early, late] = [permit(), permit()];
  fail(5);
  breaker.succeeded(early);
  expect(breaker.admit()).toBeUndefined();
  clock.advance(2000);
  const trial = permit();
  breaker.failed(late);
  breaker.succeeded(trial);
  expect(changes).toEqual(['open', 'closed']);
});
