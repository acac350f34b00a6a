import { expect, test } from 'vitest';
import { type Release, Turns } from '../../src/moderation/turns.ts';

test('so many go on at once, the next wait in order, and more find it full', () => {
  const turns = new Turns({ maxActive: 2, maxWaiting: 2 });
  const begun: [string, Release][] = [];
  for (const name of ['a', 'b', 'c', 'd']) {
    expect(turns.isFull).toBe(false);
    turns.take((release) => begun.push([name, release]));
  }
  expect(turns.isFull).toBe(true);
  expect(begun.map(([name]) => name)).toEqual(['a', 'b']);
  begun[1]?.[1]();
  expect(begun.map(([name]) => name)).toEqual(['a', 'b', 'c']);
  expect([turns.waiting, turns.isFull]).toEqual([1, false]);
});

test('a turn given back twice is given back once', () => {
  const turns = new Turns({ maxActive: 1, maxWaiting: 3 });
  const begun: Release[] = [];
  for (let count = 0; count < 3; count++) turns.take((release) => begun.push(release));
  begun[0]?.();
  begun[0]?.();
  expect(begun).toHaveLength(2);
});

test('who leaves while waiting makes place, and afterwards nothing happens', () => {
  const turns = new Turns({ maxActive: 1, maxWaiting: 1 });
  const begun: string[] = [];
  let release: Release = () => undefined;
  const leaveFirst = turns.take((given) => {
    release = given;
  });
  const leave = turns.take(() => begun.push('never'));
  leave();
  expect(turns.isFull).toBe(false);
  turns.take(() => begun.push('next'));
  leaveFirst();
  release();
  expect(begun).toEqual(['next']);
});
