import { expect, test } from 'vitest';
import { KnownRooms } from '../../../src/broker/redis/known-rooms.ts';
import { ManualClock } from '../../support/manual-clock.ts';

const head = (priority: number, chat: number, epoch = 'e1') => ({ epoch, priority, chat });

function make(maxRooms = 2) {
  const clock = new ManualClock();
  return { clock, rooms: new KnownRooms({ maxRooms, roomIdleMs: 1000, clock }) };
}

test('KnownRooms keeps the furthest head of an epoch, in whatever order answers come', () => {
  const { rooms } = make();
  rooms.admit('r');
  for (const seen of [head(3, 1), head(2, 5), head(1, 1)]) rooms.saw('r', seen);
  expect(rooms.head('r')).toEqual(head(3, 5));
  rooms.saw('r', head(0, 1, 'e2'));
  expect(rooms.head('r')).toEqual(head(0, 1, 'e2'));
});

test('KnownRooms refuses one room more, until one has been left alone for the idle time', () => {
  const { clock, rooms } = make();
  for (const room of ['r', 's']) {
    rooms.admit(room);
    rooms.saw(room, head(0, 1));
  }
  clock.advance(999);
  expect(rooms.admit('t')).toBe(false);
  expect(rooms.admit('r')).toBe(true);
  clock.advance(1);
  expect(rooms.admit('t')).toBe(true);
  expect([rooms.head('r'), rooms.head('s')]).toEqual([head(0, 1), undefined]);
});

test('KnownRooms forgets a room in which nothing was said for one that is new', () => {
  const { rooms } = make();
  rooms.admit('said');
  rooms.saw('said', head(1, 0));
  rooms.admit('asked');
  rooms.saw('asked', head(0, 0));
  expect(rooms.admit('new')).toBe(true);
  expect([rooms.size, rooms.head('said')]).toEqual([2, head(1, 0)]);
});

test('KnownRooms never forgets a followed room, and counts it', () => {
  const { clock, rooms } = make();
  rooms.follow('r');
  rooms.follow('s');
  rooms.saw('s', head(0, 1));
  clock.advance(5000);
  expect([rooms.admit('t'), rooms.admit('r')]).toEqual([false, true]);
  rooms.unfollow('s');
  expect(rooms.admit('t')).toBe(false);
  clock.advance(1000);
  expect(rooms.admit('t')).toBe(true);
  expect(rooms.size).toBe(2);
});

test('KnownRooms knows nothing of rooms that it did not admit', () => {
  const { rooms } = make();
  rooms.saw('r', head(1, 1));
  rooms.unfollow('r');
  expect([rooms.size, rooms.head('r')]).toEqual([0, undefined]);
});
