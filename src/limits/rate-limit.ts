import { type RateLimiterAbstract, RateLimiterRes } from 'rate-limiter-flexible';
import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { RateName } from './limit-name.ts';

export interface RateLimitOptions {
  readonly name: RateName;
  /** None: no limit. */
  readonly limiter: RateLimiterAbstract | undefined;
  readonly metrics: Metrics;
}

/** Within this turn where there is no limit: a join or a comment then costs no promise. */
export type Spent = Result<undefined> | Promise<Result<undefined>>;

export const LET_IN: Result<undefined> = accept(undefined);

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
   * pay to ask for more than there is. Where the store fails everyone is let in, and it is counted: limits guard the service, they are not it.
   */
  take(key: string, points = 1): Spent {
    const { limiter } = this.#options;
    return limiter ? this.#spend(limiter, key, points) : LET_IN;
  }

  async #spend(limiter: RateLimiterAbstract, key: string, points: number): Promise<Result<undefined>> {
    const { name, metrics } = this.#options;
    try {
      await limiter.consume(key, points);
      return LET_IN;
    } catch (spent) {
      if (!(spent instanceof RateLimiterRes)) {
        metrics.limitTroubles.inc({ limit: name });
        return LET_IN;
      }
      metrics.limited.inc({ limit: name });
      return refuse('slow_down', { retryAfterMs: Math.max(1, Math.ceil(spent.msBeforeNext)) });
    }
  }
}
