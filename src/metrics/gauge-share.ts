import type { Gauge } from 'prom-client';

/** What one of several parts of a kind adds to their gauge, which tells all of this process together. */
export class GaugeShare {
  readonly #gauge: Pick<Gauge, 'inc'>;
  #told = 0;

  constructor(gauge: Pick<Gauge, 'inc'>) {
    this.#gauge = gauge;
  }

  set(value: number): void {
    this.#gauge.inc(value - this.#told);
    this.#told = value;
  }
}
