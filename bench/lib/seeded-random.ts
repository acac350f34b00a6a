/**
 * Random numbers that a seed repeats, on every machine: mulberry32 (Tommy Ettinger), 32 bits of state. Good enough to choose words and
 * pauses by; the platform has no generator that takes a seed.
 */
export class SeededRandom {
  #state: number;

  /** @param seed - an integer; its low 32 bits count */
  constructor(seed: number) {
    this.#state = seed | 0;
  }

  /** Uniform in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** Uniform over the integers from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** Gaps of a Poisson process: independent, `mean` on average. */
  exponential(mean: number): number {
    return -mean * Math.log(1 - this.next());
  }

  /** @throws RangeError when there is nothing to pick from */
  pick<T>(items: readonly T[]): T {
    const index = this.integer(0, items.length - 1);
    if (index < 0) throw new RangeError('nothing to pick from');
    return items[index] as T; // the index is within bounds
  }
}
