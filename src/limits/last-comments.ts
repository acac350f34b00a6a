import type { Metrics } from '../metrics/metrics.ts';
import { AgedMap } from './aged-map.ts';

export interface LastCommentsOptions {
  readonly metrics: Metrics;
  /** Of how many viewers it is known, of all rooms together. */
  readonly maxViewers?: number;
}

export interface Place {
  readonly room: string;
  readonly viewer: string;
}

// As many as MAX_CONNECTIONS by default.
const MAX_VIEWERS = 100_000;

/** When each viewer last said something in a room with slow mode. Past the bound whoever has been silent longest is forgotten. */
export class LastComments {
  readonly #metrics: Metrics;
  readonly #maxViewers: number;
  /** Who was silent longest comes first. */
  readonly #saidAt = new AgedMap<string, number>();

  constructor({ metrics, maxViewers = MAX_VIEWERS }: LastCommentsOptions) {
    this.#metrics = metrics;
    this.#maxViewers = maxViewers;
  }

  get size(): number {
    return this.#saidAt.size;
  }

  at(place: Place): number | undefined {
    return this.#saidAt.get(keyOf(place));
  }

  /** @param now - on the clock by which `at` is read */
  said(place: Place, now: number): void {
    this.#saidAt.set(keyOf(place), now);
    const silent = this.#saidAt.size > this.#maxViewers ? this.#saidAt.oldest() : undefined;
    if (!silent) return;
    this.#saidAt.delete(silent.key);
    this.#metrics.limitKeysEvicted.inc({ limit: 'slow_mode' });
  }

  /** What was to be said last was not: what was before it counts again. */
  takeBack(place: Place, before: number | undefined): void {
    if (before === undefined) this.#saidAt.delete(keyOf(place));
    else if (this.#saidAt.get(keyOf(place)) !== undefined) this.#saidAt.set(keyOf(place), before);
  }
}

/** A room's id holds no space. */
function keyOf({ room, viewer }: Place): string {
  return `${room} ${viewer}`;
}
