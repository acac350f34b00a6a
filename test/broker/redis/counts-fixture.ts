import { onTestFinished } from 'vitest';
import { RedisCounts, type RedisCountsOptions } from '../../../src/broker/redis/redis-counts.ts';
import { systemClock } from '../../../src/clock.ts';
import { metrics } from '../../support/metrics.ts';
import { until } from '../../support/until.ts';
import { randomEpoch } from './redis-under-test.ts';

/** The counts of one process, with a prefix of its own by default, over a connection that is there and ends with the test. */
export async function redisCounts(options: Partial<RedisCountsOptions>): Promise<RedisCounts> {
  const counts = new RedisCounts({
    url: '',
    clusterNodes: [],
    sentinelNodes: [],
    sentinelName: 'mymaster',
    prefix: `${randomEpoch()}:`,
    clock: systemClock,
    metrics,
    random: Math.random,
    ...options,
  });
  counts.start();
  onTestFinished(() => counts.stop());
  await canAdd(counts);
  return counts;
}

export async function canAdd(counts: RedisCounts): Promise<void> {
  const probe = { key: 'probe', points: 1, latePoints: 0, leftMs: 1000, isNew: true };
  await until('Redis can be asked', async () => (await counts.add({ name: 'probe', count: 1, seconds: 1 }, [probe])).length === 1);
}
