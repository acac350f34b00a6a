import { afterAll, beforeAll } from 'vitest';
import type { RedisCountsOptions } from '../../src/broker/redis/redis-counts.ts';
import type { SharedCounts } from '../../src/broker/shared-counts.ts';
import { systemClock } from '../../src/clock.ts';
import { ModelCounts } from '../support/model-counts.ts';
import { RedisCluster } from '../support/redis-cluster.ts';
import { RedisServer } from '../support/redis-server.ts';
import { redisCounts } from './redis/counts-fixture.ts';
import { randomEpoch } from './redis/redis-under-test.ts';
import { describeSharedCounts } from './shared-counts-contract.ts';

let server: RedisServer;
let cluster: RedisCluster;
beforeAll(async () => {
  server = await RedisServer.start();
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(async () => {
  await server.stop();
  await cluster.stop();
});

async function two(options: Partial<RedisCountsOptions>): Promise<[SharedCounts, SharedCounts]> {
  const prefix = `${randomEpoch()}:`;
  return [await redisCounts({ ...options, prefix }), await redisCounts({ ...options, prefix })];
}

describeSharedCounts('RedisCounts', () => two({ url: server.url }));
describeSharedCounts('RedisCounts in a Cluster', () =>
  two({ clusterNodes: cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port })) }),
);
// What tests of limits have in its place is held to the same.
describeSharedCounts('ModelCounts', async () => {
  const model = new ModelCounts(systemClock);
  return [model.of('a'), model.of('b')];
});
