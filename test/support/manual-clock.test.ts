import { expect, test } from 'vitest';
import { ManualClock } from './manual-clock.ts';

test('ManualClock.advance() fires timers at their moments, in order, also those planned meanwhile', () => {
  const clock = new ManualClock();
  const fired: [string, number][] = [];
  const fire = (name: string) => () => fired.push([name, clock.monotonicMs()]);
  clock.after(20, fire('c'));
  clock.after(10, () => {
    fire('a')();
    clock.after(5, fire('b'));
  });
  clock.after(20, fire('d'));
  const cancel = clock.after(15, fire('never'));
  clock.after(31, fire('later'));
  cancel();
  clock.advance(30);
  expect(fired).toEqual([
    ['a', 10],
    ['b', 15],
    ['c', 20],
    ['d', 20],
  ]);
  expect(clock.monotonicMs()).toBe(30);
});

test('ManualClock.turn() runs what was planned, and leaves what that plans to the next turn', () => {
  const clock = new ManualClock();
  const ran: string[] = [];
  clock.soon(() => {
    ran.push('first');
    clock.soon(() => ran.push('second'));
  });
  clock.turn();
  expect(ran).toEqual(['first']);
  clock.turn();
  expect(ran).toEqual(['first', 'second']);
});
