import type { Clock } from '../clock.ts';

/** Leave to make one call. Its end is told with it: of calls from before the circuit opened nothing is concluded. */
export interface Permit {
  readonly generation: number;
}

export interface CircuitBreakerOptions {
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** In [0, 1): several processes do not probe in the same moment. */
  readonly random: () => number;
  /** Told of each change, once. */
  readonly onChange: (state: 'open' | 'closed') => void;
}

/** So many failures in a row open the circuit: one late answer among good ones does not. */
const MAX_FAILURES = 5;
const MIN_OPEN_MS = 2000;
const MAX_OPEN_MS = 60_000;

type State =
  | { readonly kind: 'closed'; readonly failures: number }
  | { readonly kind: 'open'; readonly untilMs: number; readonly openMs: number }
  | { readonly kind: 'probing'; readonly openMs: number };

/**
 * Keeps calls from a service that fails, so that nobody waits for it in vain, and it has peace to come back:
 *
 *     closed ── 5 failures in a row ──► open ── time is over ──► probing: one call may try
 *        ▲                               ▲                          │ │
 *        └────────────── it succeeds ────│──────────────────────────┘ │
 *                                        └── it fails: twice the time ┘
 *
 * It has no timer: it looks at the clock when asked.
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #state: State = { kind: 'closed', failures: 0 };
  #generation = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  /** @returns leave for one call, whose end must be told; nothing while the circuit is open */
  admit(): Permit | undefined {
    switch (this.#state.kind) {
      case 'closed':
        return { generation: this.#generation };
      case 'open':
        if (this.#options.clock.monotonicMs() < this.#state.untilMs) return undefined;
        this.#become({ kind: 'probing', openMs: this.#state.openMs });
        return { generation: this.#generation };
      case 'probing':
        return undefined;
    }
  }

  succeeded(permit: Permit): void {
    if (permit.generation !== this.#generation) return;
    if (this.#state.kind === 'closed') this.#state = { kind: 'closed', failures: 0 };
    else {
      this.#become({ kind: 'closed', failures: 0 });
      this.#options.onChange('closed');
    }
  }

  failed(permit: Permit): void {
    if (permit.generation !== this.#generation) return;
    switch (this.#state.kind) {
      case 'closed':
        this.#count(this.#state.failures + 1);
        break;
      case 'probing':
        this.#open(Math.min(MAX_OPEN_MS, this.#state.openMs * 2));
        break;
      case 'open':
        throw new Error('there are no permits of an open circuit');
    }
  }

  #count(failures: number): void {
    this.#state = { kind: 'closed', failures };
    if (failures < MAX_FAILURES) return;
    this.#open(MIN_OPEN_MS);
    this.#options.onChange('open');
  }

  #open(openMs: number): void {
    const { clock, random } = this.#options;
    this.#become({ kind: 'open', openMs, untilMs: clock.monotonicMs() + openMs * (1 + random() / 4) });
  }

  #become(state: State): void {
    this.#state = state;
    this.#generation++;
  }
}
