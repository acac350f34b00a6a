import type { Clock } from '../../clock.ts';
import type { Metrics, RedisCall } from '../../metrics/metrics.ts';

// A Redis that takes a second is slow, and all goes on; one that takes so long is away.
const DEADLINE_MS = 5000;

class RedisSilentError extends Error {
  override readonly name = 'RedisSilentError';

  constructor(kind: RedisCall) {
    super(`Redis did not answer a call (${kind}) within ${DEADLINE_MS} ms`);
  }
}

export interface RedisCallsOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/** Counts and times the calls to Redis, and gives up those that take too long. Such a call may still be carried out. */
export class RedisCalls {
  readonly #options: RedisCallsOptions;

  constructor(options: RedisCallsOptions) {
    this.#options = options;
  }

  /** @throws what `ask` throws, or RedisSilentError */
  async make<T>(kind: RedisCall, ask: () => Promise<T>): Promise<T> {
    const { clock, metrics } = this.#options;
    const startedAt = clock.monotonicMs();
    const count = (outcome: 'answered' | 'failed') => metrics.redisCalled({ kind, outcome, ms: clock.monotonicMs() - startedAt });
    try {
      const answer = await this.#inTime(kind, ask);
      count('answered');
      return answer;
    } catch (error) {
      count('failed');
      throw error;
    }
  }

  #inTime<T>(kind: RedisCall, ask: () => Promise<T>): Promise<T> {
    const { clock } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.after(DEADLINE_MS, () => reject(new RedisSilentError(kind)));
      ask().then(resolve, reject).finally(cancel);
    });
  }
}
