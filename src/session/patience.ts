import type { Rate } from '../limits/limit-name.ts';

/** How much of what is in vain one connection may ask for, in windows as those of `RateLimit`. */
export class Patience {
  /** None: it does not end. */
  readonly #rate: Rate | undefined;
  #endsAt = Number.NEGATIVE_INFINITY;
  #spent = 0;

  constructor(rate: Rate | undefined) {
    this.#rate = rate;
  }

  /** @param now - on a clock that does not run back, in milliseconds @returns whether some is left */
  spend(now: number): boolean {
    if (!this.#rate) return true;
    if (now >= this.#endsAt) {
      this.#endsAt = now + this.#rate.seconds * 1000;
      this.#spent = 0;
    }
    this.#spent++;
    return this.#spent <= this.#rate.count;
  }
}
