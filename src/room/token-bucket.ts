/**
 * How much of something may still happen: `perSecond` on average, and as much as gathers in a second at once. Milliseconds on the caller's
 * clock. A bucket begins full.
 */
export class TokenBucket {
  #perSecond: number;
  #tokens: number;
  #at = Number.NEGATIVE_INFINITY;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#tokens = perSecond;
  }

  get perSecond(): number {
    return this.#perSecond;
  }

  /** From now on another rate; what has gathered stays, up to a second's worth. */
  setRate(perSecond: number, now: number): void {
    this.available(now);
    this.#perSecond = perSecond;
    this.#tokens = Math.min(this.#tokens, perSecond);
  }

  /** Whole tokens. */
  available(now: number): number {
    if (now > this.#at) {
      const seconds = (now - this.#at) / 1000;
      this.#tokens = Math.min(this.#perSecond, this.#tokens + seconds * this.#perSecond);
      this.#at = now;
    }
    // A hair more: a sum of parts of a token falls short of the whole by rounding.
    return Math.floor(this.#tokens + 1e-6);
  }

  /** When there will be so many: now, or later. A bucket holds no more than a second's worth: more never comes. */
  availableAt(count: number, now: number): number {
    if (this.available(now) >= count) return now;
    return now + ((count - this.#tokens) / this.#perSecond) * 1000;
  }

  /** Takes tokens out; below nothing, for one who could not wait, and the next wait the longer. */
  take(count: number, now: number): void {
    this.available(now);
    this.#tokens -= count;
  }
}
