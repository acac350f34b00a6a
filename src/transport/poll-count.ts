const TALLY_MS = 250;

/** Counts a room's short polls. Under load the room hears of them by the hundred, a few times a second; of a lone one at once. */
export class PollCount {
  #polls = 0;
  #talliedAt = Number.NEGATIVE_INFINITY;

  /** Answers how many polls the room has yet to hear of, once it is time to tell it; else 0. */
  count(now: number): number {
    this.#polls++;
    if (now - this.#talliedAt < TALLY_MS) return 0;
    this.#talliedAt = now;
    const polls = this.#polls;
    this.#polls = 0;
    return polls;
  }
}
