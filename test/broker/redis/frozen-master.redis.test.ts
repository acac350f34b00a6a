import { setTimeout as pause } from 'node:timers/promises';
import { expect, onTestFailed, onTestFinished, test } from 'vitest';
import { SeededRandom } from '../../../bench/lib/seeded-random.ts';
import { hashSlotOf } from '../../../src/broker/redis/hash-slot.ts';
import type { RedisBroker, RedisBrokerOptions } from '../../../src/broker/redis/redis-broker.ts';
import { systemClock } from '../../../src/clock.ts';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { RedisSentinels } from '../../support/redis-sentinels.ts';
import type { RedisServer } from '../../support/redis-server.ts';
import { SEED } from '../../support/seed.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice, numbers } from '../contract-fixture.ts';
import { randomEpoch, redisBroker } from './redis-under-test.ts';
import { ToldRefs } from './told-refs.ts';

/** Followed by both processes; by the first; by the second; by none. In a cluster all of them are with the third master. */
const [BOTH, FIRST, SECOND, NONE] = ['both', 'first', 'second', 'none'].map(
  (name) =>
    numbers(1, 1000)
      .map((n) => `${name}-${n}`)
      .find((room) => hashSlotOf(room) > (2 * 16_384) / 3) ?? '',
) as [string, string, string, string];
const ROOMS = [BOTH, FIRST, SECOND, NONE];
const ROUNDS = 3;
const PREFIX = `${randomEpoch()}:`;

interface Place {
  readonly options: Partial<RedisBrokerOptions>;
  readonly master: () => Promise<RedisServer>;
}

const nodesOf = (servers: readonly RedisServer[]) => servers.map(({ port }) => ({ host: '127.0.0.1', port }));

/** Appends to every room, over and over, and reads at times. */
function talk(
  broker: RedisBroker,
  { name, told, random }: { readonly name: string; readonly told: ToldRefs; readonly random: SeededRandom },
) {
  const stored = new Map(ROOMS.map((room) => [room, 0]));
  let isOver = false;
  const talking = ROOMS.map(async (room) => {
    for (let n = 1; !isOver; n++) {
      const text = `${name} ${n}`;
      const answer = await broker.append(room, random.chance(0.2) ? [comment(text), notice(text)] : [comment(text)]);
      if (answer.ok) {
        stored.set(room, (stored.get(room) ?? 0) + 1);
        for (const ref of answer.value.refs) told.saw({ room, epoch: answer.value.epoch, ref, text }, `acknowledged by ${name}`);
      }
      if (random.chance(0.1)) {
        const snapshot = await broker.read(room);
        if (snapshot.ok) told.read(room, snapshot.value, `read by ${name}`);
      }
      await pause(random.integer(0, 10));
    }
  });
  return {
    stored,
    stop: async () => {
      isOver = true;
      await Promise.all(talking);
    },
  };
}

/** Freezes the master until another is chosen, round after round, while two processes talk in all rooms. */
async function freezeMasters({ options, master }: Place): Promise<void> {
  onTestFailed(() => void process.stderr.write(`SEED=${SEED}\n`));
  const random = new SeededRandom(SEED);
  const told = new ToldRefs();
  const processes = await Promise.all(
    [FIRST, SECOND].map(async (name) => {
      const broker = redisBroker({ ...options, prefix: PREFIX, clock: systemClock, historySize: 10_000 });
      await broker.start(told.handler(name));
      onTestFinished(() => broker.stop());
      for (const room of [BOTH, name]) await broker.follow(room);
      return { broker, ...talk(broker, { name, told, random }) };
    }),
  );
  const counts = () => processes.flatMap(({ stored }) => ROOMS.map((room) => stored.get(room) ?? 0));
  const goOn = async () => {
    const before = counts();
    await until('all rooms go on, from both', () => counts().every((count, index) => count > (before[index] ?? 0) + 20), 60_000);
  };
  await goOn();
  for (let round = 0; round < ROUNDS; round++) {
    const frozen = await master();
    frozen.pause();
    await until('another is master', async () => (await master()) !== frozen, 60_000);
    await pause(random.pick([0, 0, 20, 200]));
    frozen.resume();
    await goOn();
    await until(
      'the old master follows',
      async () => {
        const links = await frozen.ask((client) => client.info('replication'));
        return links.includes('role:slave') && links.includes('master_link_status:up');
      },
      60_000,
    );
  }
  for (const { stop } of processes) await stop();
  for (const room of ROOMS) {
    for (const [index, { broker }] of processes.entries())
      told.read(room, accepted(await broker.read(room)), `kept, at the end, for ${index}`);
  }
  expect(told.faults).toEqual([]);
  expect(ROOMS.map((room) => (told.epochs.get(room)?.size ?? 0) > ROUNDS)).toEqual(numbers(1, ROOMS.length).map(() => true));
}

test('Sentinel: masters that are frozen and wake up when another was chosen give no ref to two events', { timeout: 300_000 }, async () => {
  const all = await RedisSentinels.start();
  await freezeMasters({
    options: { sentinelNodes: nodesOf(all.sentinels), sentinelName: all.name },
    master: () => all.master(),
  });
});

test('Cluster: masters that are frozen and wake up when another was chosen give no ref to two events', { timeout: 300_000 }, async () => {
  const cluster = await RedisCluster.start();
  await freezeMasters({
    options: { clusterNodes: nodesOf(cluster.servers) },
    master: () => cluster.masterOf(`${PREFIX}{${BOTH}}`),
  });
});
