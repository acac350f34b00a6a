/** Leave to go on; given back once. */
export type Release = () => void;

/**
 * Lets so many go on at once; so many more wait, in order, and the rest is turned away at once: what would wait longer than its time is of
 * no use.
 */
export class Turns {
  readonly #maxActive: number;
  readonly #maxWaiting: number;
  #active = 0;
  readonly #waiting = new Set<() => void>();

  constructor({ maxActive, maxWaiting }: { readonly maxActive: number; readonly maxWaiting: number }) {
    this.#maxActive = maxActive;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  get isFull(): boolean {
    return this.#active >= this.#maxActive && this.#waiting.size >= this.#maxWaiting;
  }

  /** Calls back when there is a turn, at once perhaps. @returns takes it back while it waits; afterwards does nothing */
  take(begin: (release: Release) => void): () => void {
    const run = () => {
      this.#active++;
      let isReleased = false;
      begin(() => {
        if (isReleased) return;
        isReleased = true;
        this.#active--;
        this.#next();
      });
    };
    if (this.#active < this.#maxActive) {
      run();
      return () => undefined;
    }
    this.#waiting.add(run);
    return () => this.#waiting.delete(run);
  }

  #next(): void {
    const [first] = this.#waiting;
    if (!first || this.#active >= this.#maxActive) return;
    this.#waiting.delete(first);
    first();
  }
}
