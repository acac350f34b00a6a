/** What one `like` command may carry. */
const MAX_LIKES = 1000;

/** Gathers taps of the like button, so that a viewer who hammers it sends a command now and then, not one a tap. */
export class LikeTally {
  #total = 0;
  /** The count as this viewer's taps made it: shown until the server's count has caught up, so that a tap shows at once and never twice. */
  #tapped = 0;
  #pending = 0;
  #inFlight = 0;
  #isReset = false;

  /** Taps that are to be sent. */
  get pending(): number {
    return this.#pending;
  }

  get shown(): number {
    return Math.max(this.#total, this.#tapped);
  }

  tap(): void {
    if (this.#pending === MAX_LIKES) return;
    this.#tapped = this.shown + 1;
    this.#pending++;
  }

  /** Takes in the server's count. */
  count(total: number): void {
    this.#total = total;
    if (this.#isReset) this.#tapped = total + this.#pending;
    this.#isReset = false;
  }

  /** The count may begin anew: the next one is taken as it is, and of the taps so far only those not sent yet stand on top. */
  reset(): void {
    this.#isReset = true;
  }

  /** @returns how many to send now, 0 for none; one command is under way at a time */
  take(): number {
    if (this.#inFlight > 0) return 0;
    this.#inFlight = this.#pending;
    this.#pending = 0;
    return this.#inFlight;
  }

  /** The command's answer: what was refused for now is sent again, after a refusal for good nothing is, nor what was tapped meanwhile. */
  settle(outcome: 'stored' | 'try-again' | 'refused'): void {
    if (outcome === 'try-again') this.#pending = Math.min(this.#pending + this.#inFlight, MAX_LIKES);
    if (outcome === 'refused') {
      this.#tapped = this.#total;
      this.#pending = 0;
    }
    this.#inFlight = 0;
  }
}
