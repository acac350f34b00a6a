import { expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import { firstWindowMs } from '../support/first-window.ts';
import { announce, openRoom, say, startProcess } from '../support/process.ts';

/** Of the first room that a process opens. Later windows are 100 ms. */
const FIRST_WINDOW_MS = firstWindowMs(100, 'e1');

async function start() {
  const process = await startProcess();
  return { ...process, room: await openRoom(process.shard) };
}

test('a lone comment leaves at the end of the turn it came in', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  expect(fanOut.sent).toEqual([]);
  clock.turn();
  expect(fanOut.ranges('chat')).toEqual([[0, 1]]);
});

test('what came in with a comment leaves with it', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  await say(broker, 3);
  clock.turn();
  expect(fanOut.ranges('chat')).toEqual([[0, 4]]);
});

test('after a flush the next waits for the window, and takes all that has gathered', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  clock.turn();
  clock.advance(20);
  await say(broker, 2);
  clock.turn();
  clock.advance(20);
  await say(broker, 2);
  clock.turn();
  clock.advance(FIRST_WINDOW_MS - 40 - 0.1);
  expect(fanOut.ranges('chat')).toEqual([[0, 1]]);
  clock.advance(0.2);
  expect(fanOut.ranges('chat')).toEqual([
    [0, 1],
    [1, 5],
  ]);
});

test('a quiet room plans no timer of its own', async () => {
  const { broker, clock, room } = await start();
  clock.turnUntilQuiet();
  const quiet = clock.pendingTimers;
  await say(broker);
  clock.turnUntilQuiet();
  expect(clock.pendingTimers).toBe(quiet);
  await say(broker);
  clock.turnUntilQuiet();
  expect(clock.pendingTimers).toBe(quiet + 1);
  clock.advance(FIRST_WINDOW_MS);
  clock.turnUntilQuiet();
  expect([clock.pendingTimers, room.position.chat]).toEqual([quiet, 2]);
});

test('a chat flush waits until the one before has reached all, even past its window', async () => {
  const { broker, clock, fanOut } = await start();
  fanOut.isHeld = true;
  await say(broker);
  clock.turn();
  await say(broker);
  clock.turn();
  clock.advance(500);
  expect(fanOut.ranges('chat')).toEqual([[0, 1]]);
  fanOut.reach('r');
  clock.turn();
  expect(fanOut.ranges('chat')).toEqual([
    [0, 1],
    [1, 2],
  ]);
});

test('a flush that is reached within the window leaves the next to the window', async () => {
  const { broker, clock, fanOut } = await start();
  fanOut.isHeld = true;
  await say(broker);
  clock.turn();
  await say(broker);
  clock.advance(20);
  fanOut.reach('r');
  clock.turnUntilQuiet();
  clock.advance(FIRST_WINDOW_MS - 20 - 0.1);
  expect(fanOut.ranges('chat')).toHaveLength(1);
  clock.advance(0.2);
  expect(fanOut.ranges('chat')).toHaveLength(2);
});

test('priority goes in its turn while chat is on its way', async () => {
  const { broker, clock, fanOut } = await start();
  fanOut.isHeld = true;
  await say(broker);
  clock.turn();
  await announce(broker);
  clock.turn();
  expect(fanOut.ranges('priority')).toEqual([[0, 1]]);
});

test('priority goes ahead of the chat that came in with it', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  await announce(broker);
  clock.turn();
  expect(fanOut.sent.map(({ batch }) => batch.lane)).toEqual(['priority', 'chat']);
});

test('a storm of priority is flushed once a least gap', async () => {
  const { broker, clock, fanOut } = await start();
  for (let ms = 0; ms < 60; ms += 5) {
    await announce(broker);
    clock.turn();
    clock.advance(5);
  }
  expect(fanOut.ranges('priority')).toEqual([
    [0, 1],
    [1, 4],
    [4, 8],
    [8, 12],
  ]);
});

test('priority waits for nothing while chat gathers, and chat gathers on', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  clock.turn();
  clock.advance(10);
  await say(broker, 3);
  clock.turn();
  await announce(broker);
  clock.turn();
  expect([fanOut.ranges('priority'), fanOut.ranges('chat')]).toEqual([[[0, 1]], [[0, 1]]]);
  clock.advance(FIRST_WINDOW_MS - 10);
  expect(fanOut.sent.map(({ batch: { lane, to } }) => `${lane} ${to}`)).toEqual(['chat 1', 'priority 1', 'chat 4']);
});

test('the viewers are counted, and the count is told to them', async () => {
  const { clock, fanOut, room } = await start();
  room.enter();
  room.enter();
  clock.turn();
  expect(room.online).toBe(2);
  expect(fanOut.sent.map(({ batch }) => batch.lane)).toEqual(['ambient']);
  room.leave();
  clock.advance(4999);
  clock.turn();
  expect(fanOut.sent).toHaveLength(1);
  clock.advance(1);
  expect(fanOut.sent).toHaveLength(2);
});

test('a room tells its readers what it has flushed, and not what is pending', async () => {
  const { broker, clock, room } = await start();
  await say(broker);
  clock.turn();
  await say(broker);
  clock.turn();
  expect(room.answer(undefined)).toMatchObject({ position: { chat: 1 }, batches: [{ from: 0, to: 1 }] });
});

test('all who come without a cursor are given one and the same answer, until a log moves', async () => {
  const { broker, clock, room } = await start();
  const first = room.answerStep(undefined);
  await say(broker);
  expect(room.answerStep(undefined)).toBe(first);
  clock.turn();
  expect(room.answerStep(undefined)).toMatchObject({ position: { chat: 1 }, batches: [{ from: 0, to: 1 }] });
});

test('LiveRoom.flushNow() sends what is pending without waiting, each lane', async () => {
  const { broker, clock, fanOut, room } = await start();
  await say(broker);
  await announce(broker);
  clock.turn();
  await say(broker);
  await announce(broker);
  room.flushNow();
  expect([fanOut.ranges('priority').at(-1), fanOut.ranges('chat').at(-1)]).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('LiveRoom.flushNow() hurries a chat flush that is on its way, and what waits behind it', async () => {
  const { broker, clock, fanOut, room } = await start();
  fanOut.isHeld = true;
  await say(broker);
  clock.turn();
  await say(broker);
  await announce(broker);
  room.flushNow();
  expect([fanOut.ranges('priority'), fanOut.ranges('chat')]).toEqual([
    [[0, 1]],
    [
      [0, 1],
      [1, 2],
    ],
  ]);
});

test('a closed room flushes nothing more: neither at the end of the turn, nor after the window', async () => {
  const { broker, clock, fanOut, shard } = await start();
  await say(broker);
  clock.turn();
  await say(broker);
  clock.turnUntilQuiet(); // a timer is planned for the window's end
  clock.advance(FIRST_WINDOW_MS - 1);
  await announce(broker); // and a look for the end of the turn, when priority is due
  shard.stop();
  clock.turnUntilQuiet();
  clock.advance(1000);
  expect([fanOut.ranges('chat'), fanOut.ranges('priority')]).toEqual([[[0, 1]], []]);
});

const retract = (...refs: string[]) => entryOf({ retract: { refs } });

test('a retract moves the room before it is flushed: what was answered until then may not be told again', async () => {
  const { broker, clock, room } = await start();
  await say(broker, 3);
  clock.turnUntilQuiet();
  const { moves, cursor } = room;
  await broker.append('r', [retract('c2')]);
  expect([room.moves, room.cursor]).toEqual([moves + 1, cursor]);
  expect(room.answer(undefined).batches).toMatchObject([
    { lane: 'chat', from: 0, to: 3, skipped: 1, events: [{ offset: 1 }, { offset: 3 }] },
  ]);
  await say(broker);
  expect(room.moves).toBe(moves + 1);
});

test('comments that are taken back while they wait for the window are flushed as skipped, all of them too', async () => {
  const { broker, clock, fanOut } = await start();
  await say(broker);
  clock.turnUntilQuiet();
  await say(broker, 2);
  await broker.append('r', [retract('c2', 'c3')]);
  clock.advance(1000);
  clock.turnUntilQuiet();
  expect(fanOut.sent.map(({ batch }) => batch).findLast(({ lane }) => lane === 'chat')).toEqual({
    lane: 'chat',
    from: 1,
    to: 3,
    skipped: 2,
    events: [],
  });
});

test('a ref of what was not stored yet, as one of an epoch before, takes back no comment that is given it later', async () => {
  const { broker, clock, room } = await start();
  await broker.append('r', [retract('c2')]);
  await say(broker, 3);
  clock.turnUntilQuiet();
  const [told] = room.answer(undefined).batches.filter(({ lane }) => lane === 'chat');
  const stored = await broker.read('r');
  expect(told?.events.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  expect(stored).toMatchObject({ ok: true, value: { chat: { events: [{ offset: 1 }, { offset: 2 }, { offset: 3 }] } } });
});
