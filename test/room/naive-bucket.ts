/** `TokenBucket` in whole thousandths of a token, one millisecond after the other. Times are whole milliseconds. */
export class NaiveBucket {
  #perSecond: number;
  #thousandths: number;
  #at = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#thousandths = perSecond * 1000;
  }

  available(now: number): number {
    for (; this.#at < now; this.#at++) this.#thousandths = Math.min(this.#perSecond * 1000, this.#thousandths + this.#perSecond);
    return Math.floor(this.#thousandths / 1000);
  }

  take(count: number, now: number): void {
    this.available(now);
    this.#thousandths -= count * 1000;
  }

  /** The first millisecond at which there will be so many. */
  availableAt(count: number, now: number): number {
    const missing = count * 1000 - (this.available(now) < count ? this.#thousandths : count * 1000);
    return now + Math.ceil(missing / this.#perSecond);
  }

  setRate(perSecond: number, now: number): void {
    this.available(now);
    this.#perSecond = perSecond;
    this.#thousandths = Math.min(this.#thousandths, perSecond * 1000);
  }
}
