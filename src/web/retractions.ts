import { BoundedMap } from './bounded-map.ts';

const MAX_REMEMBERED = 1000;

/** Remembers what was retracted: a retract may arrive before the comment that it takes back. */
export class Retractions {
  readonly #refs = new BoundedMap<string, true>(MAX_REMEMBERED);
  #epoch = '';

  get size(): number {
    return this.#refs.size;
  }

  /** A room's refs mean nothing in another epoch. */
  enter(epoch: string): void {
    if (epoch !== this.#epoch) this.#refs.clear();
    this.#epoch = epoch;
  }

  add(refs: readonly string[]): void {
    for (const ref of refs) this.#refs.set(ref, true);
  }

  has(ref: string | undefined): boolean {
    return ref !== undefined && this.#refs.has(ref);
  }
}
