import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

// Every sample wakes the process; a delay that matters to a viewer is longer.
const RESOLUTION_MS = 10;
const QUANTILES = ['0.5', '0.99', '1'] as const;

/** One quantile of the delays since the last time. */
export interface DelayQuantile {
  readonly quantile: (typeof QUANTILES)[number];
  readonly seconds: number;
}

/** Watches how late the event loop runs a timer: what everything that waits for its turn waits at least. */
export class LoopDelay {
  readonly #histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  start(): void {
    this.#histogram.enable();
  }

  stop(): void {
    this.#histogram.disable();
  }

  /** Reads the quantiles, and begins anew. */
  take(): DelayQuantile[] {
    const taken = QUANTILES.map((quantile) => ({ quantile, seconds: this.#secondsAt(Number(quantile) * 100) }));
    this.#histogram.reset();
    return taken;
  }

  /** The histogram holds the time between two samples: without delay that is the resolution. */
  #secondsAt(percentile: number): number {
    return this.#histogram.count === 0 ? 0 : Math.max(0, this.#histogram.percentile(percentile) / 1e6 - RESOLUTION_MS) / 1000;
  }
}
