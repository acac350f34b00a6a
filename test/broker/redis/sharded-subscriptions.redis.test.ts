import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hashSlotOf } from '../../../src/broker/redis/hash-slot.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { until } from '../../support/until.ts';
import { numbers } from '../contract-fixture.ts';
import { type Listening, listenTo } from './listening.ts';

/** Says words until one is heard: those said while a slot is without a master, or between two, are lost. */
async function hears({ heard, say }: Listening, room: string): Promise<void> {
  let words = 0;
  await until(`${room} is heard`, async () => {
    await say(room, `word${++words}`).catch(() => undefined); // refused while the slot has no master
    return heard.some((each) => each.startsWith(`${room} `));
  });
}

describe('Subscriptions to a cluster', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  test('hashSlotOf() is what the cluster says', async () => {
    const client = cluster.client();
    for (const key of ['', 'r', 't:{r}', 't:{r}:chat', '{}x', 'a{b', 'a}b{c}', 'ü{ö}', '{{x}}']) {
      expect(hashSlotOf(key), key).toBe(await client.cluster('KEYSLOT', key));
    }
  });

  test('rooms of all nodes are heard, each once', { timeout: 60_000 }, async () => {
    const { heard, say, subscriptions } = await listenTo(cluster);
    const rooms = numbers(1, 300).map((n) => `r${n}`);
    await Promise.all(rooms.map((room) => subscriptions.want(room)));
    await Promise.all(rooms.map((room) => say(room, 'a')));
    await until('all are there', () => heard.length >= rooms.length);
    expect([...heard].sort()).toEqual(rooms.map((room) => `${room} a`).sort());
    expect(subscriptions.isFine).toBe(true);
  });

  test('a first line that is not up yet is no outage, until it takes too long', async () => {
    const clock = new JumpingClock();
    const connect = () => new Redis({ port: 1, lazyConnect: true, retryStrategy: () => 20 });
    const { subscriptions } = await listenTo(cluster, { clock, connect });
    void subscriptions.want('r').catch(() => undefined);
    expect(subscriptions.isFine).toBe(true);
    clock.jump(6000);
    expect(subscriptions.isFine).toBe(false);
  });

  test('connections that are cut come back, and their rooms are told', { timeout: 60_000 }, async () => {
    const listening = await listenTo(cluster);
    const { resubscribed, subscriptions } = listening;
    const rooms = numbers(1, 30).map((n) => `r${n}`);
    await Promise.all(rooms.map((room) => subscriptions.want(room)));
    const ups = resubscribed.length;
    for (const server of cluster.servers.slice(0, 3)) await server.client().call('CLIENT', 'KILL', 'TYPE', 'pubsub');
    await until('every room was told', () => new Set(resubscribed.slice(ups).flat()).size === rooms.length);
    for (const room of rooms) await hears(listening, room);
  });

  test('a room whose slot moves to another node is heard from there', { timeout: 60_000 }, async () => {
    const listening = await listenTo(cluster);
    const room = 'moving';
    await Promise.all([room, 'r1', 'r2', 'r3'].map((each) => listening.subscriptions.want(each)));
    const slot = hashSlotOf(`t:{${room}}`);
    const from = await cluster.masterOf(`t:{${room}}`);
    const to = cluster.servers.slice(0, 3).find((server) => server !== from);
    if (!to) throw new Error('one master only');
    const id = (await to.client().cluster('MYID')) as string;
    for (const server of [to, from]) await server.client().call('CLUSTER', 'SETSLOT', slot, 'NODE', id);
    await until('the room was told', () => listening.resubscribed.some((rooms) => `${rooms}` === room));
    await hears(listening, room);
    for (const other of ['r1', 'r2', 'r3']) await hears(listening, other);
  });

  test('a room whose master is killed is heard from the one that takes over', { timeout: 90_000 }, async () => {
    const listening = await listenTo(cluster);
    const rooms = numbers(1, 30).map((n) => `r${n}`);
    await Promise.all(rooms.map((room) => listening.subscriptions.want(room)));
    const ups = listening.resubscribed.length;
    const master = await cluster.masterOf('t:{r1}');
    await master.kill();
    expect(listening.subscriptions.isFine, 'the rooms of the others go on').toBe(true);
    await until('the room is told', () => listening.resubscribed.slice(ups).some((told) => told.includes('r1')));
    for (const room of rooms) await hears(listening, room);
  });
});
