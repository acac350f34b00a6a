import { expect, test } from 'vitest';
import { entryOf } from '../../src/broker/entry.ts';
import { Lane } from '../../src/protocol/event.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import { commentBody, offsetsOf } from '../support/events.ts';
import { metrics } from '../support/metrics.ts';
import { announce, openRoom, say, settled, startProcess } from '../support/process.ts';

const said = (text: string) => entryOf(commentBody(text) as PublishedBody);

async function start() {
  const process = await startProcess();
  const room = await openRoom(process.shard);
  room.enter();
  return { ...process, room };
}

test('a room whose broker has lost it goes on as another, and its viewers are told with one word', async () => {
  const { broker, clock, fanOut, mortal, room } = await start();
  await say(broker, 3);
  clock.turnUntilQuiet();
  const { moves } = room;
  await mortal.beginAnew('r', [said('a'), said('b')]);
  expect(fanOut.joined).toMatchObject([{ room: 'r', joined: { room: 'r', epoch: 'e2', cursor: 'e2.0.2', recovered: false, online: 1 } }]);
  expect(fanOut.joined[0]?.joined.batches.map(({ lane, events }) => [lane, offsetsOf(events)])).toEqual([['chat', [1, 2]]]);
  expect([room.epoch, room.cursor, room.lives, room.moves > moves]).toEqual(['e2', { epoch: 'e2', priority: 0, chat: 2 }, 2, true]);
  clock.advance(200);
  await say(broker);
  clock.turnUntilQuiet();
  expect(fanOut.ranges('chat').at(-1)).toEqual([2, 3]);
});

test('nothing of the new life is flushed before every viewer knows of it', async () => {
  const { broker, clock, fanOut, mortal } = await start();
  fanOut.isHeld = true;
  await mortal.beginAnew('r');
  await say(broker);
  await announce(broker);
  clock.turnUntilQuiet();
  clock.advance(1000);
  expect(fanOut.sent).toEqual([]);
  fanOut.reach('r');
  clock.turnUntilQuiet();
  expect(fanOut.sent.map(({ batch: { lane, from, to } }) => [lane, from, to])).toContainEqual([Lane.priority, 0, 1]);
  expect(fanOut.ranges('chat')).toEqual([[0, 1]]);
});

test('comments that waited in the life before are dropped, and what it was given of priority is told in it', async () => {
  const { broker, clock, fanOut, mortal } = await start();
  await say(broker);
  clock.turn();
  await say(broker, 2);
  await announce(broker);
  await mortal.beginAnew('r');
  clock.advance(1000);
  clock.turnUntilQuiet();
  expect([fanOut.ranges('chat'), fanOut.ranges('priority')]).toEqual([[[0, 1]], [[0, 1]]]);
});

test('where only chat was lost on the way, viewers are told all of priority, and how much of chat is skipped', async () => {
  const { broker, clock, fanOut, mortal, room } = await start();
  await say(broker, 2);
  await announce(broker);
  clock.turnUntilQuiet();
  await mortal.loseNews('r', async () => {
    await say(broker, 90);
    await announce(broker);
  });
  clock.advance(1000);
  clock.turnUntilQuiet();
  expect([fanOut.joined, fanOut.ranges('priority').at(-1), fanOut.ranges('chat').at(-1)]).toEqual([[], [1, 2], [2, 92]]);
  const told = fanOut.sent.map(({ batch }) => batch).findLast(({ lane }) => lane === Lane.chat);
  expect([told?.skipped, told?.events.length]).toEqual([26, 64]); // 64 are held
  expect([room.epoch, room.lives]).toEqual(['e1', 1]);
});

test('where events of priority are lost for good, the room goes on past them, and tells nothing twice', async () => {
  const { broker, clock, fanOut, mortal, room } = await start();
  await say(broker, 2);
  await announce(broker);
  clock.turnUntilQuiet();
  await mortal.loseNews('r', async () => {
    for (let count = 0; count < 65; count++) await announce(broker);
    await say(broker);
  });
  expect(fanOut.joined).toMatchObject([{ joined: { epoch: 'e1', cursor: 'e1.66.3', recovered: false } }]);
  const told = fanOut.joined[0]?.joined.batches.map(({ lane, from, events }) => [lane, from, offsetsOf(events)]);
  expect(told).toEqual([
    ['priority', 51, Array.from({ length: 15 }, (_, index) => 52 + index)],
    ['chat', 2, [3]],
  ]);
  expect(room.answer({ epoch: 'e1', priority: 1, chat: 2 })).toMatchObject({ recovered: false });
});

test('a room that is told to go on elsewhere while it opens begins there, with what came after', async () => {
  const { broker, clock, fanOut, mortal, shard } = await startProcess();
  await say(broker, 2);
  const release = broker.hold('answer');
  const opening = openRoom(shard);
  await settled();
  await say(broker); // of the life before, and of no use
  await mortal.beginAnew('r', [said('new')]);
  await say(broker);
  release();
  const room = await opening;
  clock.turnUntilQuiet();
  expect([room.cursor, fanOut.joined, room.lives]).toEqual([{ epoch: 'e2', priority: 0, chat: 2 }, [], 1]);
});

test('news of another life than the room’s are passed over, and counted', async () => {
  const { clock, fanOut, room, shard } = await start();
  const ignored = async () => (await metrics.newsIgnored.get()).values[0]?.value ?? 0;
  const before = await ignored();
  shard.onNews('r', 'e9', { priority: [], chat: [], enters: [], likes: { count: 1, total: 1 } });
  clock.turnUntilQuiet();
  expect([
    fanOut.sent.filter(({ batch }) => batch.events.some((event) => 'like' in event)),
    room.likes,
    (await ignored()) - before,
  ]).toEqual([[], 0, 1]);
});

test('likes, settings and the window of the new life hold at once', async () => {
  const { broker, mortal, room } = await start();
  await broker.append('r', [{ lane: 'ambient', likes: 3 }]);
  await mortal.beginAnew('r', [entryOf({ state: { title: 'Friday' } }), { lane: 'ambient', likes: 7 }]);
  expect([room.settings, room.likes, room.online]).toEqual([{ title: 'Friday' }, 7, 1]);
});

test('viewers at other processes count, and viewers here are announced when their number changes', async () => {
  const { clock, fanOut, mortal, room, shard } = await start();
  room.enter();
  mortal.elsewhere('r', 40);
  expect([room.online, mortal.announced]).toEqual([42, [1, 2].map((viewers) => ({ room: 'r', viewers }))]);
  clock.advance(10_000);
  clock.turnUntilQuiet();
  expect(fanOut.sent.at(-1)?.batch.lane).toBe(Lane.ambient);
  room.leave();
  expect([room.online, mortal.announced.at(-1)]).toEqual([41, { room: 'r', viewers: 1 }]);
  mortal.elsewhere('unknown', 1);
  expect(shard.find('unknown')).toBeUndefined();
});

test('a room with viewers elsewhere only idles here', async () => {
  const { clock, mortal, room, shard } = await start();
  mortal.elsewhere('r', 40);
  room.leave();
  clock.advance(20_000);
  expect(shard.find('r')).toBeUndefined();
});

test('while the broker is away, open rooms are there as ever, and others are refused for now without asking', async () => {
  const { broker, mortal, room, shard } = await start();
  mortal.isAway = true;
  const asked = broker.asked.length;
  expect(await shard.open('r')).toEqual({ ok: true, value: room });
  expect(await shard.open('s')).toMatchObject({
    ok: false,
    refusal: { code: 'broker_unavailable', temporary: true, retryAfterMs: expect.any(Number) },
  });
  expect(broker.asked).toHaveLength(asked);
  mortal.isAway = false;
  expect(await shard.open('s')).toMatchObject({ ok: true });
});

test('viewers elsewhere are counted that were told of while the room opened', async () => {
  const { broker, mortal, shard } = await startProcess();
  const release = broker.hold('read');
  const opening = openRoom(shard);
  await settled();
  mortal.elsewhere('r', 12);
  release();
  expect((await opening).online).toBe(12);
});

test('a room of which more comes than is kept while it opens does not open, for now', async () => {
  const { broker, shard } = await startProcess();
  const release = broker.hold('read');
  const opening = shard.open('r');
  await settled();
  for (let count = 0; count < 10_002; count++) shard.onNews('r', 'e1', { priority: [], chat: [], enters: [] });
  release();
  expect(await opening).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true } });
  expect(broker.asked.at(-1)).toBe('unfollow r');
  expect(await shard.open('r')).toMatchObject({ ok: true });
});
