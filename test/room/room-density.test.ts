import { expect, test } from 'vitest';
import type { Batch } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Room, type RoomNews } from '../../src/room/room.ts';
import { offsetsOf, sealedComment, sealedNotice, sealedText } from '../support/events.ts';

const EMPTY = { from: 0, to: 0, events: [] };

function roomOf({ chatPerSecond = 4, historySize = 32, settings = {} } = {}): Room {
  const snapshot = { epoch: 'e1', priority: EMPTY, chat: EMPTY, likes: 0, settings };
  return new Room(snapshot, { historySize, flushMs: 100, priorityGapMs: 20, chatPerSecond });
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const news = (chat: readonly SealedEvent[], rest: Partial<RoomNews> = {}): RoomNews => ({ priority: [], enters: [], chat, ...rest });
/** What a batch covers, shows and leaves out. */
const plain = (batch: Batch<SealedEvent> | undefined) =>
  batch && { from: batch.from, to: batch.to, shown: batch.events.length, skipped: batch.skipped };

test('a room over its density shows what it may and says how many it skips, and readers are told the same', () => {
  const room = roomOf();
  room.accept(news(upTo(10).map(sealedComment)), 0);
  const [batch] = room.flushChat(0, 0);
  expect(plain(batch)).toEqual({ from: 0, to: 10, shown: 4, skipped: 6 });
  const { batches } = room.after({ epoch: 'e1', priority: 0, chat: 0 });
  expect(batches).toEqual([batch]);
});

test('equal comments are shown as one that stands for them: nothing is skipped', () => {
  const room = roomOf();
  const texts = ['666', 'LOL', '６６６６', 'lol lol', '哈哈', '666666'];
  room.accept(news(texts.map((text, index) => sealedText(text, index + 1))), 0);
  const [batch] = room.flushChat(0, 0);
  expect(batch?.events.map(({ offset, repeat }) => [offset, repeat])).toEqual([
    [1, 3],
    [2, 2],
    [5, 1],
  ]);
  expect(batch?.skipped).toBe(0);
});

test('the settings’ chatPerSecond goes before the server’s own, from the beginning and from when it changes', () => {
  const room = roomOf({ chatPerSecond: 40, settings: { chatPerSecond: 2 } });
  room.accept(news(upTo(10).map(sealedComment)), 0);
  expect(plain(room.flushChat(0, 0)[0])).toMatchObject({ shown: 2, skipped: 8 });
  room.accept({ ...news([]), priority: [sealedNotice(1)], settings: { chatPerSecond: 5 } }, 0);
  room.accept(news([11, 12, 13, 14, 15, 16].map(sealedComment)), 5000);
  expect(plain(room.flushChat(5000, 0)[0])).toMatchObject({ shown: 5, skipped: 1 });
  room.accept({ ...news([]), priority: [sealedNotice(2)], settings: {} }, 5000);
  room.accept(news(upTo(60).map((n) => sealedComment(16 + n))), 10_000);
  expect(plain(room.flushChat(10_000, 0)[0])).toMatchObject({ shown: 40, skipped: 20 });
});

test('a room with nothing to show left is due when a comment may be shown again, and not before', () => {
  const room = roomOf({ chatPerSecond: 2 });
  room.accept(news([1, 2].map(sealedComment)), 0);
  room.flushChat(0, 0);
  room.accept(news([sealedComment(3)]), 10);
  expect(room.chatDueAt(10)).toBe(500);
  expect(plain(room.flushChat(500, 0)[0])).toEqual({ from: 2, to: 3, shown: 1, skipped: 0 });
});

test('priority is never folded and never skipped, and is due as ever while chat waits for its density', () => {
  const room = roomOf({ chatPerSecond: 1 });
  room.accept(news([sealedComment(1)]), 0);
  room.flushChat(0, 0);
  const gifts = upTo(200).map((offset) => sealedText('same', offset));
  room.accept({ ...news(upTo(500).map((n) => sealedComment(n + 1))), priority: gifts }, 50);
  expect([room.priorityDueAt(50), room.chatDueAt(50)]).toEqual([50, 1000]);
  expect(room.flushPriority(50)).toMatchObject({ from: 0, to: 200, skipped: 0, events: gifts });
});

test('Room.setWindow() moves the next flush of ambient news alone as well', () => {
  const room = roomOf();
  room.accept({ ...news([]), likes: { count: 1, total: 1 } }, 0);
  room.flushChat(0, 0);
  room.accept({ ...news([]), likes: { count: 1, total: 2 } }, 10);
  expect(room.chatDueAt(10)).toBe(100);
  room.setWindow(400);
  expect(room.chatDueAt(10)).toBe(400);
});

test('Room.setWindow() moves the next flush', () => {
  const room = roomOf();
  for (const [offset, now] of [
    [1, 0],
    [2, 150],
  ] as const) {
    room.accept(news([sealedComment(offset)]), now);
    room.flushChat(now, 0);
  }
  room.accept(news([sealedComment(3)]), 160);
  expect(room.chatDueAt(160)).toBe(250);
  room.setWindow(400);
  expect(room.chatDueAt(160)).toBe(550);
});

test('Room.after() with newestChat tells all of priority, the newest of chat, and how much that leaves out', () => {
  const room = roomOf({ chatPerSecond: 40 });
  room.accept({ ...news(upTo(20).map(sealedComment)), priority: upTo(3).map(sealedNotice) }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  const { batches, more, position, recovered } = room.after({ epoch: 'e1', priority: 0, chat: 4 }, { newestChat: 5 });
  expect([recovered, more, position]).toEqual([true, false, { priority: 3, chat: 20 }]);
  expect(batches.map(({ events }) => offsetsOf(events))).toEqual([
    [1, 2, 3],
    [16, 17, 18, 19, 20],
  ]);
  expect(plain(batches[1])).toEqual({ from: 4, to: 20, shown: 5, skipped: 11 });
});

test('Room.after() with newestChat passes over what the ring has dropped, and counts it', () => {
  const room = roomOf({ chatPerSecond: 40, historySize: 4 });
  room.accept(news(upTo(20).map(sealedComment)), 0);
  room.flushChat(0, 0);
  const { batches, recovered } = room.after({ epoch: 'e1', priority: 0, chat: 2 }, { newestChat: 15 });
  expect([recovered, plain(batches[0])]).toEqual([true, { from: 2, to: 20, shown: 4, skipped: 14 }]);
});

test('Room.after() with newestChat says recovered: false where priority is lost, and where chat is of the future', () => {
  const room = roomOf({ chatPerSecond: 40, historySize: 4 });
  room.accept({ ...news(upTo(8).map(sealedComment)), priority: upTo(8).map(sealedNotice) }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  expect(room.after({ epoch: 'e1', priority: 3, chat: 0 }, { newestChat: 2 }).recovered).toBe(false);
  expect(room.after({ epoch: 'e1', priority: 8, chat: 9 }, { newestChat: 2 }).recovered).toBe(false);
  expect(room.after({ epoch: 'e1', priority: 4, chat: 0 }, { newestChat: 2 }).recovered).toBe(true);
});
