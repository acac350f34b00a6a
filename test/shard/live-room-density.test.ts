import { expect, test } from 'vitest';
import { type Entry, entryOf } from '../../src/broker/entry.ts';
import { commentOf } from '../../src/protocol/event-schema.ts';
import { addedEvents } from '../support/metrics.ts';
import { announce, openRoom, say, settled, startProcess } from '../support/process.ts';

async function start(options: Parameters<typeof startProcess>[0] = {}) {
  const process = await startProcess(options);
  const room = await openRoom(process.shard);
  const shout = (texts: readonly string[]) => {
    const entries: Entry[] = texts.map((text, index) => entryOf({ comment: commentOf({ text }, { id: `u${index}`, name: 'n' }) }));
    return process.broker.append('r', entries);
  };
  return { ...process, room, shout };
}

test('a room shows its density, and its batches say what they leave out', async () => {
  const { clock, fanOut, room, shout } = await start({ chatPerSecond: 5 });
  await shout(Array.from({ length: 20 }, (_, index) => `t${index}a${index}`));
  clock.turn();
  const [{ batch } = { batch: undefined }] = fanOut.sent;
  expect([batch?.from, batch?.to, batch?.events.length, batch?.skipped]).toEqual([0, 20, 5, 15]);
  expect(room.answer({ epoch: room.epoch, priority: 0, chat: 0 }).batches).toEqual([batch]);
});

test('folded and skipped comments are counted, and every comment is one of shown, folded and skipped', async () => {
  const { clock, fanOut, shout } = await start({ chatPerSecond: 3 });
  // Three say 666 and one says it otherwise; six say something else each.
  await shout(['666', '666', 'a', '６６６６', 'b', '66', 'c', 'd', 'e', 'f']);
  const skipped = { lane: 'chat', verdict: 'skipped' } as const;
  let left = 0;
  const folded = await addedEvents({ lane: 'chat', verdict: 'folded' }, async () => {
    left = await addedEvents(skipped, () => clock.turn());
  });
  const [{ batch } = { batch: undefined }] = fanOut.sent;
  expect(batch?.events).toHaveLength(3);
  expect([left, folded]).toEqual([batch?.skipped, 10 - 3 - left]);
  const repeats = batch?.events.map(({ repeat }) => repeat) ?? [];
  expect(folded).toBe(repeats.reduce((sum, repeat) => sum + repeat - 1, 0));
});

test('nothing of priority is counted as folded or skipped, nor of ambient', async () => {
  const { broker, clock } = await start({ chatPerSecond: 1 });
  for (const lane of ['priority', 'ambient'] as const) {
    for (const verdict of ['folded', 'skipped'] as const) {
      const counted = await addedEvents({ lane, verdict }, async () => {
        for (const _ of [1, 2, 3]) await announce(broker);
        await broker.append('r', [{ lane: 'ambient', likes: 5 }]);
        clock.turnUntilQuiet();
      });
      expect(counted).toBe(0);
    }
  }
});

test('a room’s state sets its density from its event on', async () => {
  const { broker, clock, fanOut, room, shout } = await start({ chatPerSecond: 50 });
  await broker.append('r', [entryOf({ state: { chatPerSecond: 2 } })]);
  clock.turn();
  await shout(['a', 'b', 'c', 'd']);
  clock.turn();
  expect(fanOut.sent.at(-1)?.batch).toMatchObject({ lane: 'chat', skipped: 2 });
  expect(room.settings).toEqual({ chatPerSecond: 2 });
});

test('a room that is opened again has its density from what the broker holds', async () => {
  const { broker, clock, shard } = await startProcess({ chatPerSecond: 50 });
  await broker.append('r', [entryOf({ state: { chatPerSecond: 1 } })]);
  const room = await openRoom(shard);
  await say(broker, 4);
  clock.turn();
  expect(room.answer({ epoch: room.epoch, priority: 0, chat: 0 }).batches.at(-1)).toMatchObject({ lane: 'chat', to: 4, skipped: 3 });
});

test('LiveRoom.answerLagging() tells all of priority since then, the newest fifteen of chat, and how many that leaves out', async () => {
  const { broker, clock, room } = await start({ historySize: 64 });
  for (const _ of [1, 2, 3]) await announce(broker);
  await say(broker, 40);
  clock.turn();
  const { batches, more, position, recovered } = room.answerLagging({ epoch: room.epoch, priority: 1, chat: 10 }, 10);
  expect([recovered, more, position]).toEqual([true, false, { priority: 3, chat: 40 }]);
  expect(batches.map(({ lane, from, to, skipped, events }) => [lane, from, to, skipped, events.length])).toEqual([
    ['priority', 1, 3, 0, 2],
    ['chat', 10, 40, 15, 15],
  ]);
});

test('LiveRoom.answerLagging() goes on from a place in chat that is not held any more, and not from one in priority', async () => {
  const { broker, clock, room } = await start({ historySize: 8 });
  await announce(broker);
  await say(broker, 40);
  clock.turn();
  const lagging = room.answerLagging({ epoch: room.epoch, priority: 0, chat: 2 }, 2);
  expect(lagging.recovered).toBe(true);
  expect(lagging.batches.at(-1)).toMatchObject({ lane: 'chat', from: 2, to: 40, skipped: 30 });
  for (let gifts = 0; gifts < 8; gifts++) {
    await announce(broker);
    clock.advance(20);
    clock.turnUntilQuiet();
  }
  await settled();
  expect(room.answerLagging({ epoch: room.epoch, priority: 0, chat: 2 }, 2)).toMatchObject({ recovered: false });
});
