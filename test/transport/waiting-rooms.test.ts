import { expect, test } from 'vitest';
import type { Lane } from '../../src/protocol/event.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { WaitingRooms } from '../../src/transport/waiting-rooms.ts';
import { ManualClock } from '../support/manual-clock.ts';

const NEWS = new SharedFrame({ lane: 'priority', from: 0, to: 1, skipped: 0, events: [] });
const frames = (...lanes: Lane[]) => lanes.map((lane) => new SharedFrame({ lane, from: 0, to: 1, skipped: 0, events: [] }));

function make() {
  const clock = new ManualClock();
  const waiting = new WaitingRooms(clock);
  const woken: string[] = [];
  const wait = (name: string, { room = 'r', ms = 1000 } = {}) => waiting.wait(room, ms, () => woken.push(name));
  const flush = (room: string, ...lanes: Lane[]) => waiting.publishChat(room, frames(...lanes), () => woken.push('reached'));
  return { clock, waiting, woken, wait, flush };
}

test('a chat flush wakes those who wait for its room, and is not held up by them', () => {
  const { clock, flush, wait, woken } = make();
  wait('a');
  wait('b', { room: 's' });
  flush('r', 'chat', 'ambient');
  expect(woken).toEqual(['reached']);
  clock.turn();
  expect(woken).toEqual(['reached', 'a']);
});

test('a priority flush wakes, ambient news alone does not', () => {
  const { clock, flush, wait, waiting, woken } = make();
  wait('a');
  flush('r', 'ambient');
  clock.turnUntilQuiet();
  expect(woken).toEqual(['reached']);
  waiting.publishPriority('r', NEWS, () => undefined);
  clock.turn();
  expect(woken).toEqual(['reached', 'a']);
});

test('each is woken once: by the flush, or at the end of its wait, or when it goes', () => {
  const { clock, wait, waiting, woken } = make();
  wait('late');
  const go = wait('gone');
  go();
  go();
  expect(woken).toEqual(['gone']);
  clock.advance(1000);
  expect(woken).toEqual(['gone', 'late']);
  waiting.publishPriority('r', NEWS, () => undefined);
  clock.turnUntilQuiet();
  clock.advance(5000);
  expect(woken).toEqual(['gone', 'late']);
  expect(clock.pendingTimers).toBe(0);
});

test('many are woken over several turns, all of them', () => {
  const { clock, wait, waiting, woken } = make();
  for (let index = 0; index < 1000; index++) wait(`${index}`);
  waiting.publishPriority('r', NEWS, () => undefined);
  clock.turn();
  expect(woken.length).toBeGreaterThan(0);
  expect(woken.length).toBeLessThan(500);
  clock.turnUntilQuiet();
  expect(woken).toHaveLength(1000);
});

test('one who comes between a flush and its waking waits for the next', () => {
  const { clock, wait, waiting, woken } = make();
  wait('before');
  waiting.publishPriority('r', NEWS, () => undefined);
  wait('after');
  clock.turnUntilQuiet();
  expect(woken).toEqual(['before']);
  waiting.publishPriority('r', NEWS, () => undefined);
  clock.turnUntilQuiet();
  expect(woken).toEqual(['before', 'after']);
});

test('WaitingRooms.release() wakes so many in this turn, those first who are being woken', () => {
  const { clock, wait, waiting, woken } = make();
  wait('a');
  waiting.publishPriority('r', NEWS, () => undefined);
  wait('b');
  wait('c', { room: 's' });
  expect(waiting.size).toBe(3);
  waiting.release(0);
  expect([woken, waiting.size]).toEqual([[], 3]);
  waiting.release(2);
  expect([woken, waiting.size]).toEqual([['a', 'b'], 1]);
  waiting.release(2);
  expect([woken, waiting.size]).toEqual([['a', 'b', 'c'], 0]);
  clock.turnUntilQuiet();
  expect(woken).toEqual(['a', 'b', 'c']);
});
