import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { LimitName } from './limit-name.ts';

export interface ConnectionLimitOptions {
  readonly name: Extract<LimitName, 'address_connections' | 'user_connections'>;
  /** How many one key may hold at once; 0: any number. */
  readonly max: number;
  readonly metrics: Metrics;
}

/** Gives a connection's place back. Calling again does nothing. */
export type Release = () => void;

/** A place where none is counted. */
export const NOTHING_HELD: Result<Release> = accept(() => undefined);

/**
 * How many connections each key holds at this process. It keeps keys that hold some, no others: no more than there are connections; none where
 * any number is allowed.
 */
export class ConnectionLimit {
  readonly #options: ConnectionLimitOptions;
  readonly #held = new Map<string, number>();

  constructor(options: ConnectionLimitOptions) {
    this.#options = options;
  }

  /** How many keys hold a connection. */
  get size(): number {
    return this.#held.size;
  }

  heldBy(key: string): number {
    return this.#held.get(key) ?? 0;
  }

  /** Refusal: `connection_limit`; nobody knows when a place will be free, so no time is told. */
  hold(key: string): Result<Release> {
    const { name, max, metrics } = this.#options;
    if (max === 0) return NOTHING_HELD;
    const held = this.heldBy(key);
    if (held >= max) {
      metrics.limited.inc({ limit: name });
      return refuse('connection_limit');
    }
    this.#held.set(key, held + 1);
    let isHeld = true;
    return accept(() => {
      if (isHeld) this.#release(key);
      isHeld = false;
    });
  }

  #release(key: string): void {
    const held = this.heldBy(key);
    if (held > 1) this.#held.set(key, held - 1);
    else this.#held.delete(key);
  }
}
