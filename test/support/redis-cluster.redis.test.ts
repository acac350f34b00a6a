import { expect, test } from 'vitest';
import { RedisCluster } from './redis-cluster.ts';
import { until } from './until.ts';

test('a cluster of the tests has another master for a slot after one was killed, with what the first one had', async () => {
  const cluster = await RedisCluster.start();
  const client = cluster.client();
  await client.set('key', 'value');
  const master = await cluster.masterOf('key');
  expect(await master.ask((direct) => direct.wait(1, 5000))).toBe(1);
  await master.kill();
  await until('a replica takes over', async () => (await cluster.masterOf('key')) !== master);
  expect(await client.get('key')).toBe('value');
}, 30_000);
