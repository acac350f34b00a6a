import type { SharedCounts } from '../broker/shared-counts.ts';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Rate, RateName } from './limit-name.ts';
import { MemoryLimiter } from './memory-limiter.ts';
import { SharedLimiter } from './shared-limiter.ts';

/** Where what was spent is counted: one limiter for each name. */
export type LimiterStore = (name: RateName, rate: Rate) => MemoryLimiter;

export interface MemoryStoreOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Of each limiter. */
  readonly maxKeys?: number;
}

export interface SharedStoreOptions extends MemoryStoreOptions {
  readonly counts: SharedCounts;
}

// As many as MAX_CONNECTIONS by default, at some 300 bytes each.
const MAX_KEYS = 100_000;

/** Each process counts for itself. */
export function memoryStore({ clock, metrics, maxKeys = MAX_KEYS }: MemoryStoreOptions): LimiterStore {
  return (name, rate) => new MemoryLimiter(rate, { clock, maxKeys, onEvicted: () => metrics.limitKeysEvicted.inc({ limit: name }) });
}

/** All processes count together. */
export function sharedStore({ counts, clock, metrics, maxKeys = MAX_KEYS }: SharedStoreOptions): LimiterStore {
  return (name, rate) =>
    new SharedLimiter({ name, rate }, { counts, clock, metrics, maxKeys, onEvicted: () => metrics.limitKeysEvicted.inc({ limit: name }) });
}
