import { expect, test } from 'vitest';
import { Ambient } from '../../src/room/ambient.ts';
import { sealedText } from '../support/events.ts';

const user = (id: string) => ({ id, name: id });
const ambient = (likeTotal = 0) => new Ambient({ likeTotal, windowMs: 100, perSecond: 3 });

test('likes of one flush add up to one count, with the newest total', () => {
  const lane = ambient(10);
  lane.like(2, 12);
  lane.like(3, 15);
  expect(lane.take(0)).toEqual({ comments: [], enters: [], likes: { count: 5, total: 15 } });
  expect(lane.take(1)).toEqual({ comments: [], enters: [] });
  expect(lane.likeTotal).toBe(15);
});

test('a total that comes late, after a greater one, does not shrink the total', () => {
  const lane = ambient();
  lane.like(1, 20);
  lane.like(1, 19);
  expect(lane.take(0).likes).toEqual({ count: 2, total: 20 });
});

test('the first five enters of a flush are told, the others left out, and the next flush begins anew', () => {
  const lane = ambient();
  const verdicts = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((id) => lane.enter(user(id)));
  expect(verdicts).toEqual([...Array(5).fill('sampled'), 'left-out', 'left-out']);
  expect(lane.take(0).enters.map(({ id }) => id)).toEqual(['a', 'b', 'c', 'd', 'e']);
  expect(lane.enter(user('h'))).toBe('sampled');
  expect(lane.take(1).enters.map(({ id }) => id)).toEqual(['h']);
});

test('the online count is told when it has changed, at most every 5 s', () => {
  const lane = ambient();
  expect(lane.dueAt(0, 0)).toBeUndefined();
  lane.setOnline(1);
  expect(lane.dueAt(0, 0)).toBe(0);
  expect(lane.take(0)).toEqual({ comments: [], enters: [], online: 1 });
  lane.setOnline(2);
  expect(lane.dueAt(10, 10)).toBe(5000);
  expect(lane.take(4999)).toEqual({ comments: [], enters: [] });
  expect(lane.dueAt(4999, 4999)).toBe(5099);
  lane.setOnline(3);
  expect(lane.take(5000)).toEqual({ comments: [], enters: [], online: 3 });
  expect(lane.dueAt(20_000, 20_000)).toBeUndefined();
});

test('an online count that is back where it was told is no news', () => {
  const lane = ambient();
  lane.setOnline(4);
  lane.take(0);
  lane.setOnline(5);
  lane.setOnline(4);
  expect(lane.dueAt(9000, 9000)).toBeUndefined();
  expect(lane.take(9000)).toEqual({ comments: [], enters: [] });
  expect(lane.online).toBe(4);
});

test('news is due now after a quiet time, a window after the last flush, and not before chat may flush', () => {
  const lane = ambient();
  lane.like(1, 1);
  expect(lane.dueAt(50, 50)).toBe(50);
  expect(lane.dueAt(50, 80)).toBe(80);
  lane.take(50);
  expect(lane.dueAt(60, 60)).toBeUndefined();
  lane.enter(user('a'));
  expect(lane.dueAt(60, 60)).toBe(150);
  expect(lane.dueAt(60, 170)).toBe(170);
});

test('another window counts from the last flush on', () => {
  const lane = ambient();
  lane.like(1, 1);
  lane.take(50);
  lane.like(1, 2);
  lane.setWindow(300);
  expect(lane.dueAt(60, 60)).toBe(350);
});

test('comments that could not be stored are told as far as the room shows so many a second, the rest is left out', () => {
  const lane = ambient();
  const say = (text: string, now: number) => lane.comment(sealedText(text, 0), now);
  expect(['a', 'b', 'c', 'd'].map((text) => say(text, 0))).toEqual(['shown', 'shown', 'shown', 'left-out']);
  expect(lane.dueAt(0, 0)).toBe(0);
  expect(lane.take(0).comments).toHaveLength(3);
  expect([say('e', 334), say('f', 334)]).toEqual(['shown', 'left-out']);
  lane.setPerSecond(10, 334);
  expect([say('g', 435), lane.take(435).comments.length]).toEqual(['shown', 2]);
});

test('no more comments wait than a second shows, however long nothing may be flushed', () => {
  const lane = ambient();
  const verdicts = Array.from({ length: 10 }, (_, second) => lane.comment(sealedText('a', 0), second * 1000));
  expect(verdicts).toEqual([...Array(3).fill('shown'), ...Array(7).fill('left-out')]);
  expect(lane.take(10_000).comments).toHaveLength(3);
});

test('a count that everyone was told otherwise is not told again, and news after it waits for a window', () => {
  const lane = ambient();
  lane.told(7, 1000);
  expect([lane.online, lane.dueAt(9000, 9000)]).toEqual([7, undefined]);
  lane.like(1, 1);
  expect(lane.dueAt(1010, 1010)).toBe(1100);
  expect(lane.take(1100)).toEqual({ comments: [], enters: [], likes: { count: 1, total: 1 } });
});
