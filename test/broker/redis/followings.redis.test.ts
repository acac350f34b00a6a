import { describe, expect, test } from 'vitest';
import type { RoomStore } from '../../../src/broker/redis/room-store.ts';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { offsetsOf } from '../../support/events.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { numbers } from '../contract-fixture.ts';
import { followAt } from './following.ts';

/** No check ever comes: what is found, the messages tell. */
const NO_CHECKS: Clock = { ...systemClock, after: () => () => undefined };

/** Lets through what comes while `isOpen`. */
class Gate {
  isOpen = true;
  passed = 0;
  lost = 0;
  readonly passes = () => {
    if (this.isOpen) this.passed++;
    else this.lost++;
    return this.isOpen;
  };
}

describe('Followings', () => {
  test('a room goes on from where it is when it is followed', async () => {
    const { followings, recorder, say } = await followAt(await RedisServer.start());
    await say('r', 'before');
    await followings.follow('r');
    await say('r', 'a', 'b');
    await until('all is there', () => recorder.offsets('r', 'chat').length === 2);
    expect(recorder.offsets('r', 'chat')).toEqual([2, 3]);
    expect(followings.known('r')).toMatchObject({ priority: 0, chat: 3 });
  });

  test('what was lost is handed out before what came after it', async () => {
    const gate = new Gate();
    const { followings, recorder, say } = await followAt(await RedisServer.start(), { passes: gate.passes, clock: NO_CHECKS });
    await followings.follow('r');
    await say('r', 'a');
    await until('it has passed', () => gate.passed === 1);
    gate.isOpen = false;
    for (const text of ['b', 'c']) await say('r', text);
    await until('they are lost', () => gate.lost === 2);
    gate.isOpen = true;
    await say('r', 'd');
    await until('all is there', () => recorder.offsets('r', 'chat').length >= 4);
    expect(recorder.offsets('r', 'chat')).toEqual([1, 2, 3, 4]);
    expect(recorder.resets).toEqual([]);
  });

  test('a message that is lost as the last one of all is found by one check', async () => {
    const gate = new Gate();
    const { followings, recorder, say, store } = await followAt(await RedisServer.start(), {
      passes: gate.passes,
      roomIdleMs: 900,
    });
    await followings.follow('r');
    gate.isOpen = false;
    await say('r', 'a', 'b');
    await until('it is there', () => recorder.offsets('r', 'chat').length > 0);
    expect(recorder.offsets('r', 'chat')).toEqual([1, 2]);
    expect((await store.read('r')).chat.to).toBe(2);
  });

  test('connections that are cut during traffic lose nothing, double nothing and change no order', { timeout: 60_000 }, async () => {
    const server = await RedisServer.start();
    const { followings, recorder, say } = await followAt(server, { historySize: 1000 });
    const rooms = ['r', 's', 't'];
    await Promise.all(rooms.map((room) => followings.follow(room)));
    for (const n of numbers(1, 300)) {
      await Promise.all(rooms.map((room) => say(room, `${n}`)));
      if (n % 50 === 0) await server.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    }
    await until('all is there', () => rooms.every((room) => recorder.offsets(room, 'chat').length >= 300));
    for (const room of rooms) expect(recorder.offsets(room, 'chat')).toEqual(numbers(1, 300));
    expect(recorder.resets).toEqual([]);
  });

  test('more that was lost than is kept is told by one reset, and goes on from there', async () => {
    const gate = new Gate();
    const { followings, recorder, say } = await followAt(await RedisServer.start(), {
      passes: gate.passes,
      clock: NO_CHECKS,
      historySize: 4,
    });
    await followings.follow('r');
    await say('r', '1');
    await until('it has passed', () => gate.passed === 1);
    gate.isOpen = false;
    for (const n of numbers(2, 9)) await say('r', `${n}`);
    await until('they are lost', () => gate.lost === 8);
    gate.isOpen = true;
    await say('r', '10');
    await until('it is told', () => recorder.resets.length > 0);
    await say('r', '11');
    await until('it goes on', () => recorder.offsets('r', 'chat').includes(11));
    expect(recorder.resets.map(({ snapshot }) => offsetsOf(snapshot.chat.events))).toEqual([[7, 8, 9, 10]]);
    expect(recorder.offsets('r', 'chat')).toEqual([1, 11]);
  });

  test('a Redis that was emptied is told by one reset of each room, under a new epoch', async () => {
    const server = await RedisServer.start();
    const { followings, recorder, say, store } = await followAt(server, { roomIdleMs: 900 });
    for (const room of ['r', 's']) await followings.follow(room);
    for (const room of ['r', 's']) await say(room, 'a', 'b');
    await until('all is there', () => recorder.calls.length === 2);
    const before = recorder.calls.map(({ epoch }) => epoch);
    await server.client().flushall();
    await say('r', 'new');
    await until('both are told', () => recorder.resets.length >= 2);
    await say('s', 'new');
    await until('it goes on', () => recorder.offsets('s', 'chat').length === 3);
    expect(recorder.resets.map(({ room }) => room).sort()).toEqual(['r', 's']);
    for (const { snapshot } of recorder.resets) expect(before).not.toContain(snapshot.epoch);
    expect(recorder.calls.at(-1)?.epoch).toBe((await store.read('s')).epoch);
  });

  test('a Redis that has lost the newest events begins a new epoch, before it gives their refs to others', async () => {
    const server = await RedisServer.start();
    const { followings, recorder, say, store } = await followAt(server, { roomIdleMs: 900 });
    await followings.follow('r');
    await say('r', 'kept');
    const client = server.client();
    const kept = await Promise.all(
      ['meta', 'chat'].map(async (key) => ({ key: `t:{r}:${key}`, dump: await client.dumpBuffer(`t:{r}:${key}`) })),
    );
    await say('r', 'lost');
    await until('both are there', () => recorder.offsets('r', 'chat').length === 2);
    // What a failover does to a replica that was behind.
    for (const { key, dump } of kept) await client.restore(key, 0, dump as unknown as string, 'REPLACE');
    await until('it is told', () => recorder.resets.length === 1);
    await say('r', 'new');
    await until('it goes on', () => recorder.offsets('r', 'chat').length === 3);
    expect(recorder.resets[0]?.snapshot.chat.to).toBe(1);
    expect(recorder.calls.map(({ epoch }) => epoch)[0]).not.toBe(recorder.resets[0]?.snapshot.epoch);
    expect(recorder.calls.at(-1)?.epoch).toBe((await store.read('r')).epoch);
  });

  test('nothing is handed out after unfollow(), though the channel is heard for a while', async () => {
    const gate = new Gate();
    const { followings, recorder, say } = await followAt(await RedisServer.start(), gate);
    await followings.follow('r');
    await say('r', 'a');
    await until('it has passed', () => gate.passed === 1);
    followings.unfollow('r');
    await say('r', 'b');
    await until('it was heard', () => gate.passed === 2);
    expect(recorder.offsets('r', 'chat')).toEqual([1]);
    await followings.follow('r');
    await say('r', 'c');
    await until('it goes on', () => recorder.offsets('r', 'chat').length === 2);
    expect(recorder.offsets('r', 'chat')).toEqual([1, 3]);
  });

  test('follow() and unfollow() in one turn: the last word counts', async () => {
    const { followings, recorder, say } = await followAt(await RedisServer.start());
    const followed = followings.follow('r');
    followings.unfollow('r');
    await Promise.all([followed, followings.follow('r'), followings.follow('s')]);
    followings.unfollow('s');
    await say('s', 'a');
    await say('r', 'a');
    await until('it is there', () => recorder.calls.length > 0);
    expect(recorder.calls.map(({ room }) => room)).toEqual(['r']);
  });

  test('a repair that fails is made by a later check', async () => {
    const gate = new Gate();
    const { followings, recorder, say, store } = await followAt(await RedisServer.start(), { passes: gate.passes, roomIdleMs: 900 });
    let failures = 0;
    const read: RoomStore['read'] = store.read.bind(store);
    store.read = async (...asked) => {
      if (asked[1] && ++failures <= 2) throw new Error('a slow day');
      return read(...asked);
    };
    await followings.follow('r');
    gate.isOpen = false;
    await say('r', 'a');
    await until('it is there', () => recorder.offsets('r', 'chat').length === 1);
    expect(failures).toBe(3);
  });

  test('a followed room does not expire, and one that nobody follows does', { timeout: 30_000 }, async () => {
    const server = await RedisServer.start();
    const { followings, say, store } = await followAt(server, { roomIdleMs: 3000 });
    for (const room of ['r', 's']) await say(room, 'a');
    await followings.follow('r');
    const { epoch } = await store.read('r');
    await until('the one is gone', async () => (await server.client().exists('t:{s}:meta')) === 0);
    expect(await store.heads(['r', 's'])).toEqual([{ epoch, priority: 0, chat: 1 }, undefined]);
  });

  test('1,000 rooms that are followed in one turn begin together', { timeout: 30_000 }, async () => {
    const { followings, recorder, say } = await followAt(await RedisServer.start());
    const rooms = numbers(1, 1000).map((n) => `r${n}`);
    await Promise.all(rooms.map((room) => followings.follow(room)));
    await Promise.all(rooms.map((room) => say(room, 'a')));
    await until('all are there', () => recorder.calls.length === 1000);
    expect(new Set(recorder.calls.map(({ room }) => room)).size).toBe(1000);
  });

  test('bytes that are no news are dropped, and what they may have stood for is found', async () => {
    const { followings, listening, recorder, say } = await followAt(await RedisServer.start());
    await followings.follow('r');
    await listening.say('r', 'nonsense');
    await say('r', 'a');
    await until('it is there', () => recorder.offsets('r', 'chat').length === 1);
  });
});
