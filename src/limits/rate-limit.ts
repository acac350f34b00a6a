import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { RateName } from './limit-name.ts';
import type { MemoryLimiter } from './memory-limiter.ts';

export interface RateLimitOptions {
  readonly name: RateName;
  /** None: no limit. */
  readonly limiter: MemoryLimiter | undefined;
  readonly metrics: Metrics;
}

/** Within this turn: a join or a comment costs no promise. */
export type Spent = Result<undefined>;

export const LET_IN: Spent = accept(undefined);

/**
 * So many within a window, for each key. A key's window begins with its first point and ends `seconds` later, whatever happens: who was refused
 * is let in then. Over a long time that is `count / seconds`, at once at most `count`, and around the end of a window twice that.
 */
export class RateLimit {
  readonly #options: RateLimitOptions;

  constructor(options: RateLimitOptions) {
    this.#options = options;
  }

  /**
   * Takes all of `points`, or refuses: `slow_down`, with the time until the window ends. A refused call spends what was left, so that it does not
   * pay to ask for more than there is.
   */
  take(key: string, points = 1): Spent {
    const { limiter, metrics, name } = this.#options;
    if (!limiter) return LET_IN;
    const { spent, leftMs } = limiter.spend(key, points);
    if (spent <= limiter.rate.count) return LET_IN;
    metrics.limited.inc({ limit: name });
    return refuse('slow_down', { retryAfterMs: Math.max(1, Math.ceil(leftMs)) });
  }
}
