import { build, type Histogram } from 'hdr-histogram-js';

/** What took longer than this waited for something: a window, a collection of garbage, another process. */
export const LATE_MS = 20;

/** The durations of one run, in a histogram of microseconds. */
export class Latencies {
  readonly #histogram: Histogram = build({
    lowestDiscernibleValue: 1,
    highestTrackableValue: 10_000_000,
    numberOfSignificantValueDigits: 3,
  });
  #late = 0;

  add(ms: number): void {
    if (ms > LATE_MS) this.#late++;
    this.#histogram.recordValue(Math.max(1, Math.round(ms * 1000)));
  }

  get count(): number {
    return this.#histogram.totalCount;
  }

  /** How many took longer than `LATE_MS`. */
  get late(): number {
    return this.#late;
  }

  /** In milliseconds. */
  percentile(percent: number): number {
    return this.#histogram.getValueAtPercentile(percent) / 1000;
  }

  get maxMs(): number {
    return this.#histogram.maxValue / 1000;
  }
}
