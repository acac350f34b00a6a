const FLOOR_MS = 100; // so that no draw makes a hot loop
const FIRST_MS = 1000; // a lost connection is often back at once; spread enough for all viewers of a stopped node
const CAP_MS = 30_000; // how long a viewer waits, at worst, for a server that is back

/**
 * How long to wait before the next try: capped exponential back-off with full jitter, that is a time drawn evenly between a floor and a
 * ceiling that doubles. Equal or half-jittered delays would bring the viewers of a stopped node back in waves.
 *
 *     ceiling   1 s, 2 s, 4 s, 8 s, 16 s, 30 s, 30 s …
 *
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog.
 */
export class Backoff {
  readonly #random: () => number;
  #tries = 0;

  /** @param random - answers in [0, 1) */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** The time to wait, in milliseconds; each call is another failure. */
  next(): number {
    const ceilingMs = Math.min(CAP_MS, FIRST_MS * 2 ** this.#tries);
    this.#tries += 1;
    return FLOOR_MS + this.#random() * (ceilingMs - FLOOR_MS);
  }

  /** A connection held: what is lost next is no continuation of the losses before. Not for a short one, or it would loop hot. */
  reset(): void {
    this.#tries = 0;
  }
}
