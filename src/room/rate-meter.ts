/**
 * How much of something comes in a second, of late: a mean in which what is older counts for less, falling to a third in `memoryMs`.
 * Two numbers, however much comes.
 *
 * Of polls it tells how many pollers there are: each poll, weighed by the seconds until that poller asks again, stands for one viewer's
 * presence over that time (Little's law).
 */
export class RateMeter {
  readonly #memoryMs: number;
  #sum = 0;
  #at = 0;

  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs;
  }

  add(amount: number, now: number): void {
    this.#decay(now);
    this.#sum += amount;
  }

  perSecond(now: number): number {
    this.#decay(now);
    return (this.#sum / this.#memoryMs) * 1000;
  }

  #decay(now: number): void {
    if (now <= this.#at) return;
    this.#sum *= Math.exp((this.#at - now) / this.#memoryMs);
    this.#at = now;
  }
}
