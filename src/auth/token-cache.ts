import type { Metrics } from '../metrics/metrics.ts';
import type { Identity } from './identity.ts';

// About 600 bytes each: 30 MB at the most. More than the viewers that a process holds, so that they all come back without a signature checked.
const MAX_CACHED_TOKENS = 50_000;

/**
 * Who bears which token, for those that were found good: after a restart of the network everyone comes back with the token of before. Kept by
 * the token's digest, so that memory holds nothing to log in with. Bounded: what was used longest ago is forgotten first.
 */
export class TokenCache {
  /** In the order of use. */
  readonly #kept = new Map<string, Identity>();
  readonly #metrics: Metrics;
  readonly #max: number;

  constructor(metrics: Metrics, max = MAX_CACHED_TOKENS) {
    this.#metrics = metrics;
    this.#max = max;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** @param now - Unix ms: who has expired is forgotten, and not found */
  find(digest: string, now: number): Identity | undefined {
    const identity = this.#kept.get(digest);
    if (!identity) return undefined;
    this.#kept.delete(digest);
    if ((identity.expiresAt ?? 0) <= now) return undefined;
    this.#kept.set(digest, identity);
    return identity;
  }

  keep(digest: string, identity: Identity): void {
    this.#kept.set(digest, identity);
    if (this.#kept.size <= this.#max) return;
    const [oldest] = this.#kept.keys();
    if (oldest === undefined) return;
    this.#kept.delete(oldest);
    this.#metrics.tokensEvicted.inc();
  }

  clear(): void {
    this.#kept.clear();
  }
}
