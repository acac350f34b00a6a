import { BoundedMap } from './bounded-map.ts';

const MAX_REMEMBERED = 1000;

/** Remembers what was retracted: a retract may arrive before the comment that it takes back. */
export class Retractions {
  readonly #refs = new BoundedMap<string, true>(MAX_REMEMBERED);

  get size(): number {
    return this.#refs.size;
  }

  /** A room's refs mean something else in another epoch. */
  clear(): void {
    this.#refs.clear();
  }

  add(refs: readonly string[]): void {
    for (const ref of refs) this.#refs.set(ref, true);
  }

  has(ref: string | undefined): boolean {
    return ref !== undefined && this.#refs.has(ref);
  }
}
