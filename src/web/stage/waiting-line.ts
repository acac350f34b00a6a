/** Room for the comments of one wide window of a busy room (a second of 40), and then some. */
export const MAX_WAITING = 64;
/** A comment that is later than this talks of what is no longer on screen. */
export const MAX_WAIT_MS = 2000;

interface Waiting<T> {
  readonly item: T;
  readonly arrivedAt: number;
  readonly dueAt: number;
  /** How many comments it stands for. */
  readonly weight: number;
}

/**
 * Comments on their way to the stage: not due yet, or waiting for a free row. Bounded in number and in time. What stands for many goes
 * before what stands for one; what is over is the oldest of the lightest.
 */
export class WaitingLine<T> {
  /** Heaviest first, then oldest. */
  #line: Waiting<T>[] = [];

  get length(): number {
    return this.#line.length;
  }

  get items(): readonly T[] {
    return this.#line.map(({ item }) => item);
  }

  /** @returns how many had to go to make room */
  push(item: T, more: Omit<Waiting<T>, 'item'>): number {
    const behind = this.#line.findLastIndex(({ weight }) => weight >= more.weight);
    this.#line.splice(behind + 1, 0, { item, ...more });
    if (this.#line.length <= MAX_WAITING) return 0;
    const lightest = this.#line.at(-1)?.weight;
    this.#line.splice(
      this.#line.findIndex(({ weight }) => weight === lightest),
      1,
    );
    return 1;
  }

  /** Offers each that is due, in its turn, until it is taken or too old. @returns how many became too old */
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
