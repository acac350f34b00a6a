import { AgedMap } from './aged-map.ts';

export interface WindowsOptions {
  readonly seconds: number;
  readonly maxKeys: number;
  /** A key was forgotten before its window ended: whoever it stands for begins anew. */
  readonly onEvicted: () => void;
}

/** What a key has spent since its first point, until `seconds` later. */
interface Window {
  readonly endsAt: number;
  spent: number;
}

/**
 * One window for each key. Past `maxKeys` the key whose window began first gives way: it has the least left of it. Turning newcomers away
 * instead would let one who commands many addresses shut everyone else out. Times are milliseconds on the caller's clock.
 */
export class Windows {
  readonly #options: WindowsOptions;
  /** In the order in which they began, and end. */
  readonly #windows = new AgedMap<string, Window>();

  constructor(options: WindowsOptions) {
    this.#options = options;
  }

  /** @returns with `isNew` where the window began with these points */
  spend(key: string, points: number, now: number): Readonly<Window> & { readonly isNew: boolean } {
    this.#forget(now);
    const known = this.#windows.get(key);
    // The caller's clock may have been set back: then those that end first are not the oldest.
    if (known && known.endsAt > now) {
      known.spent += points;
      return { ...known, isNew: false };
    }
    const window = { endsAt: now + this.#options.seconds * 1000, spent: points };
    this.set(key, window);
    return { ...window, isNew: true };
  }

  /** In place of what was known of the key. */
  set(key: string, window: Window): void {
    this.#windows.delete(key);
    if (this.#windows.size >= this.#options.maxKeys) this.#evict();
    this.#windows.set(key, window);
  }

  /** Windows that are over. */
  #forget(now: number): void {
    for (let oldest = this.#windows.oldest(); oldest && oldest.value.endsAt <= now; oldest = this.#windows.oldest()) {
      this.#windows.delete(oldest.key);
    }
  }

  #evict(): void {
    const oldest = this.#windows.oldest();
    if (!oldest) return;
    this.#windows.delete(oldest.key);
    this.#options.onEvicted();
  }
}
