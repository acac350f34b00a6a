/** Two minutes. */
const MAX_POINTS = 120;
const POINT_MS = 1000;

interface Counts {
  readonly shown: number;
  readonly skipped: number;
  readonly gifts: number;
}

/** What one second held; `online` is as it was at its end. */
export interface RatePoint extends Counts {
  readonly online: number;
}

const NONE: Counts = { shown: 0, skipped: 0, gifts: 0 };

/** What happened in a room, second by second: the last two minutes. Times are of a clock that does not go back, in milliseconds. */
export class RateSeries {
  #points: RatePoint[] = [];
  #counts = NONE;
  #online = 0;
  #second: number;

  constructor(now: number) {
    this.#second = Math.floor(now / POINT_MS);
  }

  count(now: number, { shown = 0, skipped = 0, gifts = 0 }: Partial<Counts>): void {
    this.advance(now);
    const counts = this.#counts;
    this.#counts = { shown: counts.shown + shown, skipped: counts.skipped + skipped, gifts: counts.gifts + gifts };
  }

  online(count: number): void {
    this.#online = count;
  }

  /** Ends the seconds that are over; in those that nobody looked at nothing came. @returns the seconds that are over, oldest first */
  advance(now: number): readonly RatePoint[] {
    const second = Math.floor(now / POINT_MS);
    const ended = Math.min(Math.max(0, second - this.#second), MAX_POINTS);
    if (ended === 0) return this.#points;
    this.#second = second;
    const points = Array.from({ length: ended }, (_, index) => ({ ...(index === 0 ? this.#counts : NONE), online: this.#online }));
    this.#counts = NONE;
    this.#points = [...this.#points, ...points].slice(-MAX_POINTS);
    return this.#points;
  }
}
