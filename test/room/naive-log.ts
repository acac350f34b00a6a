/** An event that is shown, and how many comments it stands for. */
export interface Shown {
  readonly offset: number;
  readonly repeat: number;
}

/** A log that keeps every flush there ever was: where it ended, and what it showed. */
export class NaiveLog {
  readonly #takenBack = new Set<number>();
  readonly #flushes: { readonly from: number; readonly to: number; readonly shown: readonly Shown[] }[] = [];

  get end(): number {
    return this.#flushes.at(-1)?.to ?? 0;
  }

  /** Everything that was ever shown, taken back or not. */
  get places(): Shown[] {
    return this.#flushes.flatMap(({ shown }) => shown);
  }

  /** Of it, what was not taken back. */
  get shown(): Shown[] {
    return this.left(this.places);
  }

  left<T extends { readonly offset: number }>(events: readonly T[]): T[] {
    return events.filter(({ offset }) => !this.#takenBack.has(offset));
  }

  takeBack(offset: number): void {
    this.#takenBack.add(offset);
  }

  flush(to: number, shown: readonly Shown[]): void {
    this.#flushes.push({ from: this.end, to, shown });
  }

  /** Whether a flush ended there, or the log begins there. */
  isWhole(offset: number): boolean {
    return offset === 0 || this.#flushes.some(({ to }) => to === offset);
  }

  /**
   * How many comments a reader has been told of, as shown, folded or skipped, who has come to `offset`: all up to a flush's end. In the middle of
   * a flush, what the events until there stand for; with the last of them, all of the flush.
   */
  toldAt(offset: number): number {
    if (this.isWhole(offset)) return offset;
    const flush = this.#flushes.find(({ from, to }) => offset > from && offset < to);
    if (!flush) throw new RangeError(`${offset} is ahead of ${this.end}`);
    if (flush.shown.at(-1)?.offset === offset) return flush.to;
    return flush.shown.filter((one) => one.offset <= offset).reduce((sum, { repeat }) => sum + repeat, flush.from);
  }
}
