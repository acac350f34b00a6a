import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Result, refuse } from '../protocol/error-catalog.ts';

/** What the broker was asked for when it failed. */
export type Stage = 'append' | 'follow' | 'read' | 'unfollow';

export interface TroubleOptions {
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** Told of a failure: of each stage at most once a second, the rest is only counted. */
  readonly log: (stage: Stage, error: unknown) => void;
}

const LOG_GAP_MS = 1000;
/** When to try again a call that the broker failed at. While it is away it names times of its own, further apart. */
const RETRY_MS = 2000;

/**
 * The one policy for a broker that throws: the failure is counted and logged with its stage, and whoever asked is refused for now.
 * It never reaches a viewer's path as an exception.
 */
export class BrokerTrouble {
  readonly #options: TroubleOptions;
  readonly #loggedAt = new Map<Stage, number>();

  constructor(options: TroubleOptions) {
    this.#options = options;
  }

  async guard<T>(stage: Stage, ask: () => Promise<Result<T>>): Promise<Result<T>> {
    try {
      return await ask();
    } catch (error) {
      this.#report(stage, error);
      return unavailable();
    }
  }

  #report(stage: Stage, error: unknown): void {
    const { clock, log, metrics } = this.#options;
    metrics.brokerTroubles.inc({ stage });
    const now = clock.monotonicMs();
    if (now - (this.#loggedAt.get(stage) ?? Number.NEGATIVE_INFINITY) < LOG_GAP_MS) return;
    this.#loggedAt.set(stage, now);
    log(stage, error);
  }
}

/** What whoever asks is told while the broker cannot be asked. */
export function unavailable(): ReturnType<typeof refuse> {
  return refuse('broker_unavailable', { retryAfterMs: RETRY_MS });
}
