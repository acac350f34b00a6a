import { setTimeout as pause } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { RedisBroker } from '../../../src/broker/redis/redis-broker.ts';
import { systemClock } from '../../../src/clock.ts';
import type { RoomSnapshot } from '../../../src/room/room.ts';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice, numbers } from '../contract-fixture.ts';
import { randomEpoch, redisBroker } from './redis-under-test.ts';
import { ToldRooms } from './told-rooms.ts';

const ROOMS = numbers(1, 12).map((n) => `r${n}`);

function endOf({ epoch, priority, chat }: RoomSnapshot) {
  return { epoch, priority: priority.to, chat: chat.to };
}

function toldEnd({ rooms }: ToldRooms, room = '') {
  const told = rooms.get(room);
  return { epoch: told?.epoch, ...told?.ends };
}

describe('RedisBroker in a cluster of six', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start();
  }, 60_000);
  afterAll(() => cluster.stop());

  async function startTwo() {
    const prefix = `${randomEpoch()}:`;
    const clusterNodes = cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    const processes = await Promise.all(
      [1, 2].map(async () => {
        const broker = redisBroker({ prefix, clusterNodes, historySize: 5000, clock: systemClock });
        const told = new ToldRooms();
        await broker.start(told);
        onTestFinished(() => broker.stop());
        for (const room of ROOMS) {
          await broker.follow(room);
          told.begin(room, accepted(await broker.read(room)));
        }
        return { broker, told };
      }),
    );
    return { prefix, processes };
  }

  /** Appends to every room, over and over, until told to stop. What was acknowledged is kept, by room. */
  function talk(broker: RedisBroker, name: string) {
    const acknowledged = new Map(ROOMS.map((room) => [room, [] as string[]]));
    let isOver = false;
    const talking = ROOMS.map(async (room) => {
      for (let n = 1; !isOver; n++) {
        const text = `${name} ${n}`;
        const answer = await broker.append(room, [comment(text), notice(text)]);
        if (answer.ok) acknowledged.get(room)?.push(text);
        await pause(10);
      }
    });
    const stop = async () => {
      isOver = true;
      await Promise.all(talking);
    };
    onTestFinished(stop);
    return { acknowledged, stop };
  }

  test('a master that is killed costs no acknowledged priority event, and no follower a hole', { timeout: 120_000 }, async () => {
    const { prefix, processes } = await startTwo();
    const talks = processes.map(({ broker }, index) => talk(broker, `p${index}`));
    const counts = () => talks.flatMap(({ acknowledged }) => ROOMS.map((room) => acknowledged.get(room)?.length ?? 0));
    await until('all rooms are talked in', () => counts().every((count) => count > 20));
    const master = await cluster.masterOf(`${prefix}{r1}`);
    await master.kill();
    await until('another takes over', async () => (await cluster.masterOf(`${prefix}{r1}`)) !== master);
    // As a replica: without one, nothing of priority is acknowledged.
    await master.restart();
    const before = counts();
    await until('all rooms are talked in again', () => counts().every((count, index) => count > (before[index] ?? 0) + 20), 60_000);
    await Promise.all(talks.map(({ stop }) => stop()));
    for (const { broker, told } of processes) {
      await until('all are told to the end', async () => {
        const ends = await Promise.all(ROOMS.map(async (room) => endOf(accepted(await broker.read(room)))));
        return ends.every((end, index) => isDeepStrictEqual(end, toldEnd(told, ROOMS[index])));
      });
      expect(told.faults).toEqual([]);
      for (const room of ROOMS) {
        const texts = told.rooms.get(room)?.texts;
        for (const { acknowledged } of talks) expect(acknowledged.get(room)?.filter((text) => !texts?.has(text))).toEqual([]);
      }
    }
  });

  test('rooms that are opened together right after the start are all opened, and no outage is told', { timeout: 60_000 }, async () => {
    const logged: string[] = [];
    const clusterNodes = cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));
    const broker = redisBroker({ clusterNodes, clock: systemClock, log: (what) => logged.push(what) });
    await broker.start(new ToldRooms());
    onTestFinished(() => broker.stop());
    const read = async (room: string) => {
      await broker.follow(room);
      return broker.read(room);
    };
    const opening = ROOMS.map(read);
    const answers = [broker.isReady(), ...(await Promise.all([...opening, ...ROOMS.map((room) => broker.read(room))])).map(({ ok }) => ok)];
    expect(new Set(answers)).toEqual(new Set([true]));
    expect(logged).toEqual([]);
  });

  test('each process is told how many viewers the other has', { timeout: 60_000 }, async () => {
    const {
      processes: [a, b],
    } = await startTwo();
    for (const [index, room] of ROOMS.entries()) {
      a?.broker.announce(room, index + 1);
      b?.broker.announce(room, 100);
    }
    await until('both are told', () =>
      ROOMS.every((room, index) => a?.told.elsewhere.get(room) === 100 && b?.told.elsewhere.get(room) === index + 1),
    );
  });
});
