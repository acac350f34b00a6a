import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch } from '../../src/protocol/event.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { offsetsOf } from '../support/events.ts';
import { announce, openRoom, say, settled, startProcess } from '../support/process.ts';

const IDLE_MS = 10_000;
const chatOf = (batches: readonly Batch<SealedEvent>[]) =>
  batches.filter(({ lane }) => lane === 'chat').flatMap(({ events }) => offsetsOf(events));
const cursorAt = (epoch: string, chat: number) => parseCursor(formatCursor(epoch, { priority: 0, chat }));

test('Shard.open() begins with what the broker holds', async () => {
  const { broker, shard, fanOut } = await startProcess();
  await say(broker, 3);
  await announce(broker);
  const room = await openRoom(shard);
  expect(chatOf(room.answer(undefined).batches)).toEqual([1, 2, 3]);
  expect([room.position, fanOut.position('r')]).toEqual([
    { priority: 1, chat: 3 },
    { priority: 1, chat: 3 },
  ]);
});

test('Shard.open() follows before it reads, and answers the same room ever after', async () => {
  const { broker, shard } = await startProcess();
  const room = await openRoom(shard);
  expect(broker.asked).toEqual(['follow r', 'read r']);
  expect(await openRoom(shard)).toBe(room);
  expect(broker.asked).toHaveLength(2);
});

test('concurrent opens share one', async () => {
  const { broker, shard } = await startProcess();
  const release = broker.hold('read');
  const opens = [openRoom(shard), openRoom(shard), openRoom(shard)];
  release();
  const rooms = await Promise.all(opens);
  expect(new Set(rooms).size).toBe(1);
  expect(broker.asked).toEqual(['follow r', 'read r']);
});

test('what the broker hands out while a room opens is neither lost nor told twice', async () => {
  const { broker, clock, fanOut, shard } = await startProcess();
  await say(broker, 2);
  const release = broker.hold('read');
  const opening = openRoom(shard);
  await Promise.resolve();
  await say(broker); // handed out and in the read as well
  release();
  const room = await opening;
  await say(broker); // handed out alone
  clock.turn();
  expect(chatOf(room.answer(cursorAt(room.epoch, 0)).batches)).toEqual([1, 2, 3, 4]);
  expect(fanOut.ranges('chat')).toEqual([[3, 4]]);
});

test('what is handed out after the read and before its answer is flushed once the room is open, in the same turn', async () => {
  const { broker, clock, fanOut, shard } = await startProcess();
  await say(broker);
  const release = broker.hold('answer');
  const opening = openRoom(shard);
  await settled();
  await say(broker, 2);
  await announce(broker);
  release();
  const room = await opening;
  expect(room.position).toEqual({ priority: 0, chat: 1 });
  clock.turn();
  expect([fanOut.ranges('priority'), fanOut.ranges('chat')]).toEqual([[[0, 1]], [[1, 3]]]);
});

test('news of a room that is not open is passed over', async () => {
  const { clock, fanOut, shard } = await startProcess();
  shard.onNews('r', 'e1', { priority: [], chat: [], enters: [], likes: { count: 1, total: 1 } });
  clock.turnUntilQuiet();
  expect(fanOut.sent).toEqual([]);
});

test('a room without viewers is forgotten after the idle time, and its broker is told', async () => {
  const { broker, clock, fanOut, shard } = await startProcess();
  await openRoom(shard);
  clock.advance(IDLE_MS - 1);
  expect([...shard.rooms]).toHaveLength(1);
  clock.advance(IDLE_MS / 10 + 1);
  expect([...shard.rooms]).toEqual([]);
  expect(fanOut.isOpen('r')).toBe(false);
  expect(broker.asked.at(-1)).toBe('unfollow r');
});

test('a room with a viewer is kept, and idles from when the last has left', async () => {
  const { clock, shard } = await startProcess();
  const room = await openRoom(shard);
  room.enter();
  room.enter();
  room.leave();
  clock.advance(IDLE_MS * 5);
  expect([...shard.rooms]).toEqual([room]);
  room.leave();
  clock.advance(IDLE_MS - 1);
  expect([...shard.rooms]).toEqual([room]);
  clock.advance(IDLE_MS / 10 + 1);
  expect([...shard.rooms]).toEqual([]);
});

test('a room that someone asks about is kept a while longer', async () => {
  const { clock, shard } = await startProcess();
  await openRoom(shard);
  clock.advance(IDLE_MS - 1);
  await openRoom(shard);
  clock.advance(IDLE_MS - 1);
  expect([...shard.rooms]).toHaveLength(1);
});

test('a forgotten room goes on under its epoch while the broker has it, and under a new one after', async () => {
  const { broker, clock, shard } = await startProcess();
  const { epoch } = await openRoom(shard);
  await say(broker, 2);
  clock.advance(IDLE_MS * 2);
  await say(broker);
  const back = await openRoom(shard);
  expect(back.epoch).toBe(epoch);
  expect(back.answer(cursorAt(epoch, 1))).toMatchObject({ recovered: true, position: { chat: 3 } });
  clock.advance(IDLE_MS * 2);
  await settled();
  clock.advance(IDLE_MS * 15);
  const anew = await openRoom(shard);
  expect(anew.epoch).not.toBe(epoch);
  expect(anew.answer(cursorAt(epoch, 3))).toMatchObject({ recovered: false, position: { priority: 0, chat: 0 }, batches: [] });
});

test('rooms beyond the most are refused for now, those that are opening among them, and forgetting makes place', async () => {
  const { broker, clock, shard } = await startProcess({ maxRooms: 2 });
  const used = await openRoom(shard, 'a');
  used.enter();
  const release = broker.hold('read');
  const opening = openRoom(shard, 'b');
  expect(await shard.open('c')).toMatchObject({ ok: false, refusal: { code: 'too_many_rooms', temporary: true } });
  release();
  await opening;
  expect(await shard.open('a')).toMatchObject({ ok: true });
  used.leave();
  clock.advance(IDLE_MS * 2);
  expect(await shard.open('c')).toMatchObject({ ok: true });
});

test('beyond the most a room that nobody used makes place: asking about rooms keeps nobody out', async () => {
  const { broker, shard } = await startProcess({ maxRooms: 2 });
  (await openRoom(shard, 'used')).enter();
  for (const name of ['asked', 'asked-too']) await openRoom(shard, name);
  expect([...shard.rooms].map(({ name }) => name)).toEqual(['used', 'asked-too']);
  expect(broker.asked).toContain('unfollow asked');
});

test.each(['follow', 'read'] as const)('a broker that fails in %s is a refusal for now, and the next open tries again', async (call) => {
  const { broker, fanOut, shard } = await startProcess();
  broker.failNext(call);
  const opens = await Promise.all([shard.open('r'), shard.open('r')]);
  for (const opened of opens) expect(opened).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true } });
  expect([...shard.rooms]).toEqual([]);
  expect(fanOut.isOpen('r')).toBe(false);
  expect(await shard.open('r')).toMatchObject({ ok: true });
});

test('a room whose opening read fails is not followed any longer', async () => {
  const { broker, shard } = await startProcess();
  broker.failNext('read');
  await shard.open('r');
  expect(broker.asked).toContain('unfollow r');
});

test('Shard.flushAll() sends what is pending in every room', async () => {
  const { broker, clock, fanOut, shard } = await startProcess();
  for (const name of ['a', 'b']) {
    await openRoom(shard, name);
    await say(broker, 1, name);
    clock.turn();
    await say(broker, 1, name);
  }
  shard.flushAll();
  expect([fanOut.ranges('chat', 'a').at(-1), fanOut.ranges('chat', 'b').at(-1)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('Shard.stop() closes every room, and leaves no timer of its own', async () => {
  const { broker, clock, fanOut, moderation, shard } = await startProcess();
  await openRoom(shard);
  shard.stop();
  await moderation.stop();
  await broker.stop();
  expect([...shard.rooms]).toEqual([]);
  expect([fanOut.isOpen('r'), clock.pendingTimers]).toEqual([false, 0]);
});

test('a room that finishes opening after Shard.stop() is refused, not held, and not followed', async () => {
  const { broker, fanOut, shard } = await startProcess();
  const release = broker.hold('read');
  const opening = shard.open('r');
  shard.stop();
  release();
  expect(await opening).toMatchObject({ ok: false, refusal: { code: 'draining', temporary: true } });
  expect([...shard.rooms]).toEqual([]);
  expect([fanOut.isOpen('r'), broker.asked.at(-1)]).toEqual([false, 'unfollow r']);
});

test('a viewer whom another process has told more is let in once this one has come as far', async () => {
  const { broker, clock, shard } = await startProcess();
  const room = await openRoom(shard);
  await say(broker, 2);
  clock.turnUntilQuiet();
  const { cursor } = room;
  expect(await shard.open('r', cursor)).toEqual({ ok: true, value: room });
  let isOpen = false;
  const opening = Promise.resolve(shard.open('r', { ...cursor, chat: 3 })).then((opened) => {
    isOpen = true;
    return opened;
  });
  for (let ticks = 0; ticks < 3; ticks++) {
    await settled();
    clock.advance(20);
  }
  await settled();
  expect(isOpen).toBe(false);
  await say(broker);
  clock.advance(200);
  clock.turnUntilQuiet();
  await settled();
  clock.advance(20);
  expect(await opening).toEqual({ ok: true, value: room });
  expect(room.answer({ ...cursor, chat: 3 })).toMatchObject({ recovered: true, batches: [] });
});

test('a cursor that this process does not come up to is waited for no longer than a second, one of another life not at all', async () => {
  const { broker, clock, shard } = await startProcess();
  const room = await openRoom(shard);
  await say(broker);
  clock.turnUntilQuiet();
  expect(await shard.open('r', { epoch: 'e9', priority: 9, chat: 9 })).toEqual({ ok: true, value: room });
  const opening = shard.open('r', { ...room.cursor, priority: 9 });
  for (let passedMs = 0; passedMs < 1000; passedMs += 20) {
    await settled();
    clock.advance(20);
  }
  expect(await opening).toEqual({ ok: true, value: room });
});
