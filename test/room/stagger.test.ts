import { expect, test } from 'vitest';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Room, type RoomNews } from '../../src/room/room.ts';
import { sealedComment } from '../support/events.ts';
import { chiSquare, chiSquareBound } from '../support/statistics.ts';

const ROOMS = 1000;
const WINDOW_MS = 100;
const EMPTY = { from: 0, to: 0, events: [] };

function rooms(): Room[] {
  return Array.from({ length: ROOMS }, (_, index) => {
    const snapshot = { epoch: `e${index}`, priority: EMPTY, chat: EMPTY, likes: 0, settings: {} };
    return new Room(snapshot, { historySize: 16, flushMs: WINDOW_MS, priorityGapMs: 20, chatPerSecond: 1000 });
  });
}

const chat = (event: SealedEvent): RoomNews => ({ priority: [], enters: [], chat: [event] });
const times = Array.from({ length: 8 }, (_, index) => index + 1);

/** Each room is said something at any time, and flushes when it is due. Answers the times of its flushes. */
function flushTimes(room: Room, flushes: readonly number[]): number[] {
  let now = 0;
  return flushes.map((offset) => {
    room.accept(chat(sealedComment(offset)), now);
    now = room.chatDueAt(now) ?? 0;
    room.flushChat(now, 0);
    return now;
  });
}

test('a thousand rooms that begin in one instant flush spread over the window from the second flush on', () => {
  const all = rooms().map((room) => flushTimes(room, times));
  expect(all.every(([first]) => first === 0)).toBe(true);
  for (const flush of [1, 2, 7]) {
    const bins = new Array<number>(20).fill(0);
    for (const flushes of all) {
      const bin = Math.floor((((flushes[flush] ?? 0) % WINDOW_MS) / WINDOW_MS) * bins.length);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    expect(chiSquare(bins, ROOMS / bins.length)).toBeLessThan(chiSquareBound(bins.length));
  }
});

test('each room keeps its window: the first after a quiet time is a half to one and a half, and all others are whole', () => {
  for (const room of rooms().slice(0, 100)) {
    const [first = 0, second = 0, ...rest] = flushTimes(room, times);
    expect(second - first).toBeGreaterThanOrEqual(WINDOW_MS / 2);
    expect(second - first).toBeLessThanOrEqual(1.5 * WINDOW_MS);
    let before = second;
    for (const flush of rest) {
      expect(flush - before).toBeCloseTo(WINDOW_MS, 6);
      before = flush;
    }
  }
});

test('rooms that go quiet together and begin again together come apart again', () => {
  const again = rooms().map((room) => {
    flushTimes(room, times);
    room.accept(chat(sealedComment(9)), 60_000);
    room.flushChat(60_000, 0);
    room.accept(chat(sealedComment(10)), 60_000);
    return room.chatDueAt(60_000) ?? 0;
  });
  const spread = again.map((due) => due - 60_000);
  expect(Math.min(...spread)).toBeLessThan(0.51 * WINDOW_MS);
  expect(Math.max(...spread)).toBeGreaterThan(1.49 * WINDOW_MS);
});
