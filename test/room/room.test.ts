import { expect, test } from 'vitest';
import type { Batch } from '../../src/protocol/event.ts';
import { decodeEvent } from '../../src/protocol/protobuf-batch.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Room, type RoomNews, type RoomSnapshot } from '../../src/room/room.ts';
import { ANN, offsetsOf, sealed, sealedComment, sealedNotice } from '../support/events.ts';
import { firstWindowMs } from '../support/first-window.ts';

const EMPTY = { from: 0, to: 0, events: [] };
const NO_NEWS: RoomNews = { priority: [], chat: [], enters: [] };

function roomOf(snapshot: Partial<RoomSnapshot> = {}, historySize = 32): Room {
  const whole = { epoch: 'e1', priority: EMPTY, chat: EMPTY, likes: 0, settings: {}, ...snapshot };
  return new Room(whole, { historySize, flushMs: 100, priorityGapMs: 20, chatPerSecond: 40 });
}

const chatNews = (...offsets: number[]): RoomNews => ({ ...NO_NEWS, chat: offsets.map(sealedComment) });
const priorityNews = (...offsets: number[]): RoomNews => ({ ...NO_NEWS, priority: offsets.map(sealedNotice) });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const plain = (batches: readonly Batch<SealedEvent>[]) =>
  batches.map(({ lane, from, to, events }) => ({ lane, from, to, offsets: offsetsOf(events) }));

test('a quiet room is due at once, and a window after a flush, the first by the room’s phase', () => {
  const room = roomOf();
  expect(room.chatDueAt(1000)).toBeUndefined();
  room.accept(chatNews(1), 1000);
  expect(room.chatDueAt(1000)).toBe(1000);
  room.flushChat(1000, 0);
  room.accept(chatNews(2), 1001);
  const first = 1000 + firstWindowMs(100);
  expect(room.chatDueAt(1001)).toBe(first);
  room.flushChat(first, 0);
  room.accept(chatNews(3), first);
  expect(room.chatDueAt(first)).toBe(first + 100);
});

test('priority is due independent of chat, after its own least gap', () => {
  const room = roomOf();
  room.accept(chatNews(1), 1000);
  room.flushChat(1000, 0);
  room.accept({ ...chatNews(2), priority: [sealedNotice(1)] }, 1001);
  const chatDueAt = 1000 + firstWindowMs(100);
  expect([room.priorityDueAt(1001), room.chatDueAt(1001)]).toEqual([1001, chatDueAt]);
  expect(room.flushPriority(1001)).toMatchObject({ lane: 'priority', from: 0, to: 1 });
  expect([room.priorityDueAt(1002), room.chatDueAt(1002)]).toEqual([undefined, chatDueAt]);
  room.accept(priorityNews(2), 1002);
  expect(room.priorityDueAt(1002)).toBe(1021);
});

test('a flush of priority leaves chat pending, and the other way round', () => {
  const room = roomOf();
  room.accept({ ...chatNews(1, 2), priority: [sealedNotice(1)] }, 0);
  room.flushPriority(0);
  expect([room.position, room.pendingChat]).toEqual([{ priority: 1, chat: 0 }, 2]);
  room.flushChat(0, 0);
  expect([room.position, room.pendingChat]).toEqual([{ priority: 1, chat: 2 }, 0]);
  expect(room.flushPriority(50)).toBeUndefined();
  expect(room.flushChat(200, 0)).toEqual([]);
});

test('ambient news leaves with the chat flush, behind the comments, and is in no log', () => {
  const room = roomOf({ likes: 10 });
  room.setOnline(3);
  room.accept({ ...chatNews(1), enters: [ANN], likes: { count: 5, total: 15 } }, 0);
  const [chat, ambient, ...others] = room.flushChat(0, 777);
  expect(others).toEqual([]);
  expect(chat).toMatchObject({ lane: 'chat', from: 0, to: 1 });
  expect(ambient).toMatchObject({ lane: 'ambient', from: 0, to: 0, skipped: 0 });
  expect(ambient?.events.map(({ protobuf }) => decodeEvent(protobuf))).toMatchObject([
    { at: 777, enter: { user: ANN } },
    { at: 777, like: { count: 5, total: 15 } },
    { at: 777, online: { count: 3 } },
  ]);
  expect([room.position, room.likes, room.online]).toEqual([{ priority: 0, chat: 1 }, 15, 3]);
});

test('ambient news alone is due, and opens no window for a comment after it', () => {
  const room = roomOf();
  room.accept({ ...NO_NEWS, likes: { count: 1, total: 1 } }, 0);
  expect(room.chatDueAt(0)).toBe(0);
  room.flushChat(0, 0);
  room.accept({ ...chatNews(1), likes: { count: 1, total: 2 } }, 10);
  expect(room.chatDueAt(10)).toBe(10);
});

test('Room.accept() answers how many enters the sample left out', () => {
  const enters = upTo(8).map((n) => ({ id: `u${n}`, name: `${n}` }));
  expect(roomOf().accept({ ...NO_NEWS, enters }, 0)).toMatchObject({ entersLeftOut: 3 });
});

test('a state event’s settings replace those before', () => {
  const room = roomOf({ settings: { title: 'before' } });
  room.accept(chatNews(1), 0);
  expect(room.settings).toEqual({ title: 'before' });
  room.accept({ ...priorityNews(1), settings: {} }, 0);
  expect(room.settings).toEqual({});
});

test('Room.after() without a cursor answers the newest 15 of each lane, and misses nothing by that', () => {
  const room = roomOf();
  room.accept({ ...chatNews(...upTo(20)), priority: upTo(16).map(sealedNotice) }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  const answer = room.after(undefined);
  expect(answer).toMatchObject({ recovered: true, position: { priority: 16, chat: 20 } });
  expect(plain(answer.batches)).toEqual([
    { lane: 'priority', from: 1, to: 16, offsets: upTo(16).slice(1) },
    { lane: 'chat', from: 5, to: 20, offsets: upTo(20).slice(5) },
  ]);
});

test('Room.after() tells only what was flushed', () => {
  const room = roomOf();
  room.accept(chatNews(1, 2), 0);
  expect(room.after({ epoch: 'e1', priority: 0, chat: 0 })).toEqual({
    recovered: true,
    more: false,
    position: { priority: 0, chat: 0 },
    batches: [],
  });
});

test('Room.after() continues a cursor exactly, each lane to its end', () => {
  const room = roomOf();
  room.accept({ ...chatNews(...upTo(6)), priority: [sealedNotice(1)] }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  const answer = room.after({ epoch: 'e1', priority: 1, chat: 2 });
  expect(answer).toMatchObject({ recovered: true, more: false, position: { priority: 1, chat: 6 } });
  expect(plain(answer.batches)).toEqual([{ lane: 'chat', from: 2, to: 6, offsets: [3, 4, 5, 6] }]);
});

test('Room.after() has nothing, for now, after a cursor that another process has moved past what waits here still', () => {
  const room = roomOf();
  room.accept({ ...chatNews(...upTo(2)), priority: [sealedNotice(1)] }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  room.accept({ ...chatNews(...upTo(4)), priority: [sealedNotice(2)] }, 0);
  const after = (priority: number, chat: number) => room.after({ epoch: 'e1', priority, chat }, { mayBeAhead: true });
  expect(after(2, 4)).toEqual({ recovered: true, more: false, position: { priority: 2, chat: 4 }, batches: [] });
  expect(after(0, 3)).toMatchObject({ recovered: true, position: { priority: 1, chat: 3 }, batches: [{ lane: 'priority' }] });
  for (const cursor of [after(3, 4), after(2, 5), room.after({ epoch: 'e1', priority: 2, chat: 4 })]) expect(cursor.recovered).toBe(false);
  room.flushChat(1000, 0);
  expect(plain(after(2, 3).batches)).toEqual([{ lane: 'chat', from: 3, to: 4, offsets: [4] }]);
});

test.each([
  ['of another epoch', { epoch: 'e0', priority: 1, chat: 2 }, { priority: [1], chat: [3, 4] }],
  ['whose chat is no longer held', { epoch: 'e1', priority: 1, chat: 1 }, { priority: [], chat: [3, 4] }],
  ['whose chat is of the future', { epoch: 'e1', priority: 0, chat: 5 }, { priority: [1], chat: [3, 4] }],
  ['whose priority is of the future', { epoch: 'e1', priority: 2, chat: 3 }, { priority: [1], chat: [4] }],
])('Room.after() says recovered: false for a cursor %s; a lane that can be continued is', (_, cursor, expected) => {
  const room = roomOf(
    { priority: { from: 0, to: 1, events: [sealedNotice(1)] }, chat: { from: 0, to: 4, events: upTo(4).map(sealedComment) } },
    2,
  );
  const answer = room.after(cursor);
  expect(answer.recovered).toBe(false);
  const told = Object.fromEntries(answer.batches.map(({ lane, events }) => [lane, offsetsOf(events)]));
  expect({ priority: [], chat: [], ...told }).toEqual(expected);
});

const retractNews = (offset: number, ...refs: string[]): RoomNews => ({ ...NO_NEWS, priority: [sealed({ retract: { refs } }, offset)] });

test('what a retract names is told to nobody from then on, before the retract itself is flushed', () => {
  const room = roomOf();
  room.accept({ ...chatNews(1, 2, 3), priority: [sealedNotice(1), sealedNotice(2)] }, 0);
  room.flushPriority(0);
  room.flushChat(0, 0);
  expect(room.accept(retractNews(3, 'c2', 'p1'), 0)).toMatchObject({ hasRetracts: true });
  const held = { priority: 0, chat: 0, epoch: 'e1' };
  for (const answer of [room.after(undefined), room.after(held), room.after(held, { limit: 100 }), room.after(held, { newestChat: 9 })]) {
    expect(answer.recovered).toBe(true);
    expect(answer.batches.map(({ events, skipped, to }) => [offsetsOf(events), skipped, to])).toEqual([
      [[2], 0, 2],
      [[1, 3], 1, 3],
    ]);
  }
  expect(plain([room.flushPriority(20)].filter((batch) => batch !== undefined))).toEqual([
    { lane: 'priority', from: 2, to: 3, offsets: [3] },
  ]);
});

test('a retract that comes with its comment keeps it from being shown, and one that comes before does not', () => {
  const room = roomOf();
  room.accept({ ...chatNews(1, 2), priority: retractNews(1, 'c1', 'c3').priority }, 0);
  room.accept(chatNews(3, 4), 0);
  expect(room.flushChat(0, 0)).toMatchObject([{ from: 0, to: 4, skipped: 1, events: [{ offset: 2 }, { offset: 3 }, { offset: 4 }] }]);
});

test('a snapshot with holes continues a room up to its end', () => {
  const room = roomOf();
  room.accept(chatNews(1), 0);
  room.flushChat(0, 0);
  const news = room.newsIn({
    epoch: 'e1',
    priority: { from: 0, to: 1, events: retractNews(1, 'c1', 'c3').priority },
    chat: { from: 0, to: 3, events: [sealedComment(2)] },
    likes: 0,
    settings: {},
  });
  if (!news) throw new Error('the snapshot continues the room');
  room.accept(news, 0);
  expect(room.flushChat(200, 0)).toMatchObject([{ from: 1, to: 3, skipped: 1, events: [{ offset: 2 }] }]);
  expect(offsetsOf(room.after(undefined).batches.flatMap(({ lane, events }) => (lane === 'chat' ? events : [])))).toEqual([2]);
});
