import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Result, refuse } from '../protocol/error-catalog.ts';
import { AgedMap } from './aged-map.ts';
import type { Rate } from './limit-name.ts';
import { LET_IN } from './rate-limit.ts';

export interface HandshakeLimitOptions {
  /** None: no limit. */
  readonly rate: Rate | undefined;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Of how many addresses it is known. */
  readonly maxAddresses?: number;
}

interface Window {
  readonly endsAt: number;
  taken: number;
}

// As many as MAX_CONNECTIONS by default.
const MAX_ADDRESSES = 100_000;

/**
 * How often one address comes, in windows as those of `RateLimit`. It answers at once, where that one answers by a promise: a handshake that is
 * answered within its own handler costs one write, a later one many.
 */
export class HandshakeLimit {
  readonly #options: HandshakeLimitOptions;
  readonly #maxAddresses: number;
  /** In the order in which they began, and end. */
  readonly #windows = new AgedMap<string, Window>();

  constructor(options: HandshakeLimitOptions) {
    this.#options = options;
    this.#maxAddresses = options.maxAddresses ?? MAX_ADDRESSES;
  }

  /** Refusal: `slow_down`, with the time until the window ends. */
  take(address: string): Result<undefined> {
    const { rate, metrics, clock } = this.#options;
    if (!rate) return LET_IN;
    const now = clock.monotonicMs();
    this.#forget(now);
    const window = this.#windows.get(address);
    if (!window) this.#windows.set(address, { endsAt: now + rate.seconds * 1000, taken: 1 });
    else if (window.taken < rate.count) window.taken++;
    else {
      metrics.limited.inc({ limit: 'handshakes' });
      return refuse('slow_down', { retryAfterMs: Math.ceil(window.endsAt - now) });
    }
    return LET_IN;
  }

  /** Windows that are over; of too many the oldest, which has the least left of it. */
  #forget(now: number): void {
    for (let oldest = this.#windows.oldest(); oldest; oldest = this.#windows.oldest()) {
      const isOver = oldest.value.endsAt <= now;
      if (!isOver && this.#windows.size < this.#maxAddresses) return;
      this.#windows.delete(oldest.key);
      if (!isOver) this.#options.metrics.limitKeysEvicted.inc({ limit: 'handshakes' });
    }
  }
}
