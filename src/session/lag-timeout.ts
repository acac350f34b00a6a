import type { Cancel, Clock } from '../clock.ts';

export interface LagTimeoutOptions {
  readonly clock: Clock;
  /** How long a client may read nothing of what waits for it. */
  readonly lagTimeoutMs: number;
}

/** Progress decides, not size: a client that reads a little in every `lagTimeoutMs` may take as long as it needs. */
export class LagTimeout {
  readonly #options: LagTimeoutOptions;
  readonly #onStuck: () => void;
  /** Set while something waits for the client to read. */
  #cancel: Cancel | undefined;

  /** @param onStuck - told when the client has read nothing for so long: it is given up */
  constructor(options: LagTimeoutOptions, onStuck: () => void) {
    this.#options = options;
    this.#onStuck = onStuck;
  }

  /** Something waits for the client. The time runs from when it was said first, or since the client has read some. */
  expectProgress(): void {
    this.#cancel ??= this.#options.clock.after(this.#options.lagTimeoutMs, this.#onStuck);
  }

  /** The client has read some of it, or is gone. */
  clear(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }
}
