import type { RateLimiterAbstract } from 'rate-limiter-flexible';
import type { SharedCounts } from '../broker/shared-counts.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { BoundedMemoryLimiter } from './bounded-memory-limiter.ts';
import type { Rate, RateName } from './limit-name.ts';
import { SharedLimiter } from './shared-limiter.ts';

/** Where what was spent is counted: one limiter for each name. */
export type LimiterStore = (name: RateName, rate: Rate) => RateLimiterAbstract;

export interface MemoryStoreOptions {
  readonly metrics: Metrics;
  /** Of each limiter. */
  readonly maxKeys?: number;
}

export interface SharedStoreOptions extends MemoryStoreOptions {
  readonly counts: SharedCounts;
  readonly clock: Clock;
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

/** All processes count together. */
export function sharedStore({ counts, clock, metrics, maxKeys = MAX_KEYS }: SharedStoreOptions): LimiterStore {
  return (name, rate) =>
    new SharedLimiter({ name, rate }, { counts, clock, metrics, maxKeys, onEvicted: () => metrics.limitKeysEvicted.inc({ limit: name }) });
}
