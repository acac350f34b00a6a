import { expect, test } from 'vitest';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { RedisSentinels } from '../../support/redis-sentinels.ts';
import { until } from '../../support/until.ts';
import { Scene } from './scene.ts';

test('a cluster of six whose master is killed loses no acknowledged gift', async () => {
  const cluster = await RedisCluster.start();
  const scene = await Scene.start({ environment: { REDIS_CLUSTER_NODES: cluster.addresses } });
  await scene.traffic(20);
  const master = await cluster.masterOf('{r1}');
  await master.kill();
  scene.note('the master of r1 was killed');
  await until('a replica takes over', async () => (await cluster.masterOf('{r1}')) !== master);
  scene.note('a replica took over');
  await scene.ready(200);
  await until('gifts of r1 are acknowledged again', () => scene.breaks.includes(1) && scene.ledger.gifts.at(-1)?.room === 'r1');
  await master.restart();
  scene.note('the old one is back, as a replica');
  await scene.traffic(20);
  expect(await scene.verdicts({ commentsLost: true })).toEqual([]);
  expect(scene.losses).toEqual([]);
  // Rooms of that master are told, once; of the others nobody hears of it.
  expect(scene.breaks).toEqual([0, 1]);
});

test('a master that is killed, with another chosen by Sentinels, loses no acknowledged gift', async () => {
  const sentinels = await RedisSentinels.start();
  const scene = await Scene.start({ environment: { REDIS_SENTINEL_NODES: sentinels.addresses, REDIS_SENTINEL_NAME: sentinels.name } });
  await scene.traffic(20);
  const master = await sentinels.master();
  await master.kill();
  scene.note('the master was killed');
  await until('another is master', async () => (await sentinels.master()) !== master);
  scene.note('another is master');
  await scene.ready(200);
  await scene.traffic(20);
  expect(await scene.verdicts({ commentsLost: true })).toEqual([]);
  expect(scene.losses).toEqual([]);
  expect(scene.breaks).toEqual([1]);
});

test('a master that was only stopped, and wakes up when another was chosen, stores nothing that is acknowledged', async () => {
  const sentinels = await RedisSentinels.start();
  // Both replicas: one alone acknowledges for the old master as long as it has not heard of the new one.
  const environment = { REDIS_SENTINEL_NODES: sentinels.addresses, REDIS_SENTINEL_NAME: sentinels.name, REDIS_ACK_REPLICAS: '2' };
  const scene = await Scene.start({ environment });
  await scene.traffic(20);
  const master = await sentinels.master();
  master.pause();
  scene.note('the master was stopped');
  await until('another is master', async () => (await sentinels.master()) !== master);
  master.resume();
  scene.note('another is master, and the old one goes on');
  await scene.ready(200);
  await scene.traffic(20);
  expect(await scene.verdicts({ commentsLost: true })).toEqual([]);
  expect(scene.losses).toEqual([]);
  expect(scene.breaks).toEqual([1]);
});
