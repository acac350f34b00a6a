/** Room for the comments of one wide window of a busy room (a second of 40), and then some. */
export const MAX_WAITING = 64;
/** A comment that is later than this talks of what is no longer on screen. */
export const MAX_WAIT_MS = 2000;

interface Waiting<T> {
  readonly item: T;
  readonly arrivedAt: number;
  readonly dueAt: number;
}

/** Comments on their way to the stage: not due yet, or waiting for a free row. Bounded in number and in time; what is over is the oldest. */
export class WaitingLine<T> {
  #line: Waiting<T>[] = [];

  get length(): number {
    return this.#line.length;
  }

  get items(): readonly T[] {
    return this.#line.map(({ item }) => item);
  }

  /** @returns how many of the oldest had to go to make room */
  push(item: T, times: { arrivedAt: number; dueAt: number }): number {
    this.#line.push({ item, ...times });
    if (this.#line.length <= MAX_WAITING) return 0;
    this.#line.shift();
    return 1;
  }

  /** Offers each that is due, oldest first, until it is taken or too old. @returns how many became too old */
  offer(now: number, take: (item: T) => boolean): number {
    let expired = 0;
    this.#line = this.#line.filter(({ item, arrivedAt, dueAt }) => {
      if (now - arrivedAt > MAX_WAIT_MS) {
        expired++;
        return false;
      }
      return dueAt > now || !take(item);
    });
    return expired;
  }

  /** @returns how many were removed */
  remove(matches: (item: T) => boolean): number {
    const before = this.#line.length;
    this.#line = this.#line.filter(({ item }) => !matches(item));
    return before - this.#line.length;
  }
}
