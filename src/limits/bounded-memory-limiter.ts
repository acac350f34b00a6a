import { type IRateLimiterOptions, RateLimiterMemory } from 'rate-limiter-flexible';
import { AgedMap } from './aged-map.ts';

export interface BoundedMemoryOptions {
  readonly maxKeys: number;
  /** A key was forgotten before its window ended: whoever it stands for begins anew. */
  readonly onEvicted: () => void;
}

/**
 * The library's limiter in memory with a bound: by itself it keeps an entry and a timer for each key until the key's window ends, as many as
 * come. Past `maxKeys` the key whose window began first gives way: it has the least left of it. Turning newcomers away instead would let one
 * who commands many addresses shut everyone else out.
 */
export class BoundedMemoryLimiter extends RateLimiterMemory {
  /** When each key's window ends, in the order in which they began. */
  readonly #windowEnds = new AgedMap<string | number, number>();
  readonly #options: BoundedMemoryOptions;

  constructor(rate: IRateLimiterOptions, options: BoundedMemoryOptions) {
    super(rate);
    this.#options = options;
  }

  override async consume(...[key, points, options]: Parameters<RateLimiterMemory['consume']>) {
    const known = this.#windowEnds.get(key);
    if (known === undefined || known <= Date.now()) this.#begin(key, this.duration);
    return super.consume(key, points, options);
  }

  /** Takes effect at once, whatever is awaited. */
  override async set(...[key, points, seconds]: Parameters<RateLimiterMemory['set']>) {
    this.#begin(key, seconds);
    return super.set(key, points, seconds);
  }

  #begin(key: string | number, seconds: number): void {
    const now = Date.now(); // the library's own clock
    this.#windowEnds.set(key, now + seconds * 1000);
    if (this.#windowEnds.size > this.#options.maxKeys) this.#evict(now);
  }

  #evict(now: number): void {
    const oldest = this.#windowEnds.oldest();
    if (!oldest) return;
    const { key, value: endsAt } = oldest;
    this.#windowEnds.delete(key);
    void super.delete(key); // answers at once: it is a map
    if (endsAt > now) this.#options.onEvicted();
  }
}
