type Listener<T> = (event: T) => void;
type Listeners<Events> = { [K in keyof Events]?: ReadonlySet<Listener<Events[K]>> };

/**
 * Tells events to listeners, in the order they came. A listener added while an event is told hears from the next one on; one taken off
 * is not called again, within the same event neither.
 *
 * What a listener throws goes to `report`; the other listeners and the emitting code do not notice.
 */
export class Emitter<Events> {
  readonly #report: (error: unknown) => void;
  /** The sets are replaced, never changed: `emit` goes over the one that it found. */
  readonly #listeners: Listeners<Events> = {};

  constructor(report: (error: unknown) => void) {
    this.#report = report;
  }

  /** @returns a function that takes this listener off, and does nothing the second time */
  on<K extends keyof Events>(type: K, listener: Listener<Events[K]>): () => void {
    // A function of its own, so that one listener added twice is two, each with its own way off.
    const entry: Listener<Events[K]> = (event) => listener(event);
    this.#listeners[type] = new Set(this.#listeners[type]).add(entry);
    return () => {
      const left = new Set(this.#listeners[type]);
      left.delete(entry);
      this.#listeners[type] = left;
    };
  }

  emit<K extends keyof Events>(type: K, event: Events[K]): void {
    const told = this.#listeners[type];
    if (!told) return;
    for (const listener of told) {
      if (!this.#listeners[type]?.has(listener)) continue; // taken off by a listener before it
      try {
        listener(event);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}
