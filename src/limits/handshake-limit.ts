import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Result, refuse } from '../protocol/error-catalog.ts';
import type { Rate } from './limit-name.ts';
import { LET_IN } from './rate-limit.ts';
import { Windows } from './windows.ts';

export interface HandshakeLimitOptions {
  /** None: no limit. */
  readonly rate: Rate | undefined;
  readonly metrics: Metrics;
  readonly clock: Clock;
  /** Of how many addresses it is known. */
  readonly maxAddresses?: number;
}

// As many as MAX_CONNECTIONS by default.
const MAX_ADDRESSES = 100_000;

/**
 * How often one address comes, in windows as those of `RateLimit`, and never asked elsewhere: a handshake that is answered within its own
 * handler costs one write, a later one many.
 */
export class HandshakeLimit {
  readonly #options: HandshakeLimitOptions;
  readonly #windows: Windows;

  constructor(options: HandshakeLimitOptions) {
    const { rate, metrics, maxAddresses = MAX_ADDRESSES } = options;
    this.#options = options;
    const onEvicted = () => metrics.limitKeysEvicted.inc({ limit: 'handshakes' });
    this.#windows = new Windows({ seconds: rate?.seconds ?? 0, maxKeys: maxAddresses, onEvicted });
  }

  /** Refusal: `slow_down`, with the time until the window ends. */
  take(address: string): Result<undefined> {
    const { rate, metrics, clock } = this.#options;
    if (!rate) return LET_IN;
    const now = clock.monotonicMs();
    const { spent, endsAt } = this.#windows.spend(address, 1, now);
    if (spent <= rate.count) return LET_IN;
    metrics.limited.inc({ limit: 'handshakes' });
    return refuse('slow_down', { retryAfterMs: Math.ceil(endsAt - now) });
  }
}
