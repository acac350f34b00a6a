import { type Field, meet, type Occupant } from './occupant.ts';

/** The rows that an occupant takes: `count` neighbours from `first` on, counted from the top. */
export interface Place {
  readonly first: number;
  readonly count: number;
}

export type SearchOrder = 'from-top' | 'from-bottom';

/**
 * The rows of a stage and what is in them. A large comment takes several neighbouring rows.
 *
 * All modes share the rows, so that a comment that scrolls never runs through one that stands. Each newcomer is compared with all that
 * is in its rows, not with the last one only: a standing comment in the middle may be older than one that scrolls in behind it.
 */
export class Rows {
  readonly #rows: Occupant[][];

  constructor(count: number) {
    this.#rows = Array.from({ length: count }, () => []);
  }

  get count(): number {
    return this.#rows.length;
  }

  /** The first `count` neighbouring rows where the newcomer meets nobody from `now` on. */
  find(newcomer: Occupant, search: { count: number; order: SearchOrder; now: number; field: Field }): Place | undefined {
    const { count, order } = search;
    const lastStart = this.#rows.length - count;
    let free = 0;
    for (let step = 0; step < this.#rows.length; step++) {
      const index = order === 'from-top' ? step : this.#rows.length - 1 - step;
      free = this.#isFree(index, newcomer, search) ? free + 1 : 0;
      if (free === count) return { first: order === 'from-top' ? index - count + 1 : index, count };
      if (step - free >= lastStart) return undefined;
    }
    return undefined;
  }

  take(occupant: Occupant, place: Place): void {
    for (const row of this.#rows.slice(place.first, place.first + place.count)) row.push(occupant);
  }

  release(occupant: Occupant): void {
    for (const row of this.#rows) {
      const index = row.indexOf(occupant);
      if (index !== -1) row.splice(index, 1);
    }
  }

  /** Lets go of all that has left. */
  trim(now: number): void {
    for (const row of this.#rows) {
      if (row.some((occupant) => occupant.leavesAt <= now)) row.splice(0, row.length, ...row.filter((occupant) => occupant.leavesAt > now));
    }
  }

  /** Newest first: the newcomer most often meets who came just before it. */
  #isFree(index: number, newcomer: Occupant, sight: { now: number; field: Field }): boolean {
    const row = this.#rows[index] ?? [];
    for (let i = row.length - 1; i >= 0; i--) {
      const occupant = row[i];
      if (occupant !== undefined && meet(occupant, newcomer, sight)) return false;
    }
    return true;
  }
}
