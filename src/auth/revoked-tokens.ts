import type { Metrics } from '../metrics/metrics.ts';

export interface Revocation {
  /** The token's `jti`. */
  readonly tokenId: string;
  /** Unix ms: of the token's own end. After it the revocation means nothing. */
  readonly expiresAt: number;
}

// An id is up to 128 characters: at most some 20 MB.
const MAX_REVOKED = 50_000;

/**
 * The tokens that are good by themselves but were taken back. What is kept elsewhere, for all processes and for the next start, is fed in by
 * `revoke`, any number of times.
 *
 * Bounded: when full of revocations that still mean something, a further one is refused. To forget one in its place would let somebody in
 * again, and nobody would notice.
 */
export class RevokedTokens {
  readonly #expiresAt = new Map<string, number>();
  readonly #metrics: Metrics;
  readonly #max: number;
  /** Nothing expires before it: a full map is not searched in vain. */
  #nextExpiry = Number.POSITIVE_INFINITY;

  constructor(metrics: Metrics, max = MAX_REVOKED) {
    this.#metrics = metrics;
    this.#max = max;
  }

  get size(): number {
    return this.#expiresAt.size;
  }

  has(tokenId: string): boolean {
    return this.#expiresAt.has(tokenId);
  }

  /** @param now - Unix ms @returns `full` when the token goes on being good */
  revoke({ tokenId, expiresAt }: Revocation, now: number): 'revoked' | 'full' {
    if (expiresAt <= now) return 'revoked';
    const known = this.#expiresAt.get(tokenId);
    if (known === undefined && this.#expiresAt.size >= this.#max) this.#dropExpired(now);
    if (known === undefined && this.#expiresAt.size >= this.#max) {
      this.#metrics.revocationsRefused.inc();
      return 'full';
    }
    // Of two tokens by one id the longer-lived counts.
    this.#expiresAt.set(tokenId, Math.max(expiresAt, known ?? 0));
    this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    return 'revoked';
  }

  #dropExpired(now: number): void {
    if (this.#nextExpiry > now) return;
    this.#nextExpiry = Number.POSITIVE_INFINITY;
    for (const [tokenId, expiresAt] of this.#expiresAt) {
      if (expiresAt <= now) this.#expiresAt.delete(tokenId);
      else this.#nextExpiry = Math.min(this.#nextExpiry, expiresAt);
    }
  }
}
