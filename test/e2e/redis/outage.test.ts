import { describe, expect, test } from 'vitest';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { expectOutage, expectRefusals } from './outage.ts';
import { Scene } from './scene.ts';

/** Killed, seen to be away, and started again in its folder. */
async function killAmidTraffic(scene: Scene, redis: RedisServer): Promise<void> {
  await scene.traffic(20);
  await redis.kill();
  scene.note('Redis was killed');
  await scene.ready(503);
  await expectOutage(scene);
  await redis.restart();
  scene.note('Redis is back');
  await scene.ready(200);
  await scene.traffic(20);
}

describe('Redis goes away and comes back', () => {
  test('killed, and empty: every viewer is told of the new epoch, once, and nothing acknowledged in it is missing', async () => {
    const redis = await RedisServer.start();
    const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
    await killAmidTraffic(scene, redis);
    expect(await scene.verdicts({ wiped: true })).toEqual([]);
    expect(scene.losses).toEqual([]);
    expect(scene.breaks).toEqual([1]);
    expectRefusals(scene);
  });

  test('killed, with persistence: the rooms go on where they were, and no viewer misses anything', async () => {
    const redis = await RedisServer.start({ persistence: 'aof' });
    const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
    await killAmidTraffic(scene, redis);
    expect(await scene.verdicts()).toEqual([]);
    expect(scene.losses).toEqual([]);
    expect(scene.breaks).toEqual([0]);
    expectRefusals(scene);
  });

  test('stopped in its tracks (SIGSTOP): the connections stay, and yet it is noticed; nothing is lost', async () => {
    const redis = await RedisServer.start();
    const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
    await scene.traffic(20);
    redis.pause();
    scene.note('Redis was stopped');
    await scene.ready(503);
    await expectOutage(scene);
    redis.resume();
    scene.note('Redis goes on');
    await scene.ready(200);
    await scene.traffic(20);
    expect(await scene.verdicts()).toEqual([]);
    expect(scene.losses).toEqual([]);
    expect(scene.breaks).toEqual([0]);
    expectRefusals(scene);
  });
});

describe('Redis stumbles', () => {
  test('slow for a second, twice (CLIENT PAUSE): everything waits, nothing is refused or lost', async () => {
    const redis = await RedisServer.start();
    const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
    const client = redis.client();
    for (const mode of ['ALL', 'WRITE'] as const) {
      await scene.traffic(10);
      await client.call('CLIENT', 'PAUSE', 1000, mode);
      scene.note(`Redis pauses for a second: ${mode}`);
    }
    await scene.traffic(10);
    expect(await scene.verdicts()).toEqual([]);
    expect(scene.losses).toEqual([]);
    expect(scene.breaks).toEqual([0]);
    expect(scene.senders.refusals).toEqual({});
  });

  test.each(['pubsub', 'normal'] as const)('its %s connections are cut again and again: what was missed is read', async (type) => {
    const redis = await RedisServer.start();
    const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
    const client = redis.client();
    let cut = 0;
    for (let round = 0; round < 6; round++) {
      await scene.traffic(scene.random.integer(2, 8));
      const killed = await client.call('CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes');
      cut += Number(killed);
      scene.note(`${killed} ${type} connections were cut`);
    }
    await scene.traffic(10);
    expect(cut).toBeGreaterThanOrEqual(6);
    expect(await scene.verdicts()).toEqual([]);
    expect(scene.losses).toEqual([]);
    expect(scene.breaks).toEqual([0]);
  });
});

test('a gift that too few replicas have is refused, and stored once when they have it', async () => {
  const redis = await RedisServer.start();
  const replica = await RedisServer.start({ replicaOf: redis });
  await until('the replica has its copy', () =>
    replica.ask(async (client) => (await client.info('replication')).includes('master_link_status:up')),
  );
  const scene = await Scene.start({ environment: { REDIS_URL: redis.url, REDIS_ACK_REPLICAS: '1' } });
  await scene.traffic(10);
  replica.pause();
  scene.note('the replica was stopped');
  await until('gifts are refused', () => (scene.senders.refusals['broker_unavailable'] ?? 0) >= 4);
  replica.resume();
  scene.note('the replica goes on');
  await scene.traffic(10);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.losses).toEqual([]);
  expect(scene.breaks).toEqual([0]);
  expect(Object.keys(scene.senders.refusals)).toEqual(['broker_unavailable']);
});

test('wiped while it runs (FLUSHALL): every viewer is told of the new epoch, once', async () => {
  const redis = await RedisServer.start();
  const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
  await scene.traffic(20);
  await redis.client().flushall();
  scene.note('Redis was wiped');
  await scene.traffic(20);
  expect(await scene.verdicts({ wiped: true })).toEqual([]);
  expect(scene.losses).toEqual([]);
  expect(scene.breaks).toEqual([1]);
});

test('restored from an older copy: no ref is given twice, and every viewer is told of the new epoch', async () => {
  const redis = await RedisServer.start({ persistence: 'aof' });
  const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
  await scene.traffic(20);
  await redis.backUp();
  scene.note('a copy was made');
  await scene.traffic(20);
  await redis.kill();
  await redis.restore();
  await redis.restart();
  scene.note('Redis is back, as it was then');
  await scene.ready(200);
  await scene.traffic(20);
  expect(await scene.verdicts({ wiped: true })).toEqual([]);
  expect(scene.losses).toEqual([]);
  expect(scene.breaks).toEqual([1]);
});
