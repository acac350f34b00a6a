import { type RateLimiterAbstract, RateLimiterRedis } from 'rate-limiter-flexible';
import type { Metrics } from '../metrics/metrics.ts';
import { BoundedMemoryLimiter } from './bounded-memory-limiter.ts';
import type { Rate, RateName } from './limit-name.ts';

/** Where what was spent is counted: one limiter for each name. */
export type LimiterStore = (name: RateName, rate: Rate) => RateLimiterAbstract;

export interface MemoryStoreOptions {
  readonly metrics: Metrics;
  /** Of each limiter. */
  readonly maxKeys?: number;
}

export interface RedisStoreOptions {
  /** An ioredis client, of one server or a cluster. With a command timeout: what hangs is no error yet, and waits. */
  readonly client: unknown;
  /** Begins the name of every key. */
  readonly prefix: string;
  /** Counts while Redis fails: each process then for itself. */
  readonly insurance: LimiterStore;
}

// As many as MAX_CONNECTIONS by default, at some 300 bytes each.
const MAX_KEYS = 100_000;

/** Each process counts for itself. */
export function memoryStore({ metrics, maxKeys = MAX_KEYS }: MemoryStoreOptions): LimiterStore {
  return (name, { count, seconds }) =>
    new BoundedMemoryLimiter(
      { keyPrefix: '', points: count, duration: seconds },
      { maxKeys, onEvicted: () => metrics.limitKeysEvicted.inc({ limit: name }) },
    );
}

/**
 * All processes count together. Who has spent all is remembered here until the window ends: a flood does not reach Redis. That memory holds
 * one key for `count` calls within a window.
 */
export function redisStore({ client, prefix, insurance }: RedisStoreOptions): LimiterStore {
  return (name, rate) =>
    new RateLimiterRedis({
      storeClient: client,
      keyPrefix: `${prefix}limit:${name}`,
      points: rate.count,
      duration: rate.seconds,
      inMemoryBlockOnConsumed: rate.count,
      rejectIfRedisNotReady: true,
      insuranceLimiter: insurance(name, rate),
    });
}
