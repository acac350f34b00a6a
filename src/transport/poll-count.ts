const TALLY_MS = 250;

/** Counts a room's short polls. Under load the room hears of them by the hundred, a few times a second; of a lone one at once. */
export class PollCount {
  #polls = 0;
  #talliedAt = Number.NEGATIVE_INFINITY;

  /** @param tally - told how many polls came since it was told last */
  count(now: number, tally: (polls: number) => void): void {
    this.#polls++;
    if (now - this.#talliedAt < TALLY_MS) return;
    this.#talliedAt = now;
    tally(this.#polls);
    this.#polls = 0;
  }
}
