import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import type { Exposition, MetricsSnapshot } from './metrics.ts';

/** What the supervisor of several processes counts itself, and the metrics of all of them as one exposition: sums, but for a few. */
export class WorkersMetrics {
  readonly #registry = new Registry();
  readonly restarts = new Counter({
    name: 'barrage_worker_restarts_total',
    help: 'Workers that ended unasked, and were started again',
    registers: [this.#registry],
  });
  readonly #workers = new Gauge({
    name: 'barrage_workers',
    help: 'Worker processes that there are to be',
    registers: [this.#registry],
  });
  readonly #answered = new Gauge({
    name: 'barrage_workers_answered',
    help: 'Worker processes whose metrics are in this exposition: the others did not answer in time',
    registers: [this.#registry],
  });

  constructor(workers: number) {
    this.#workers.set(workers);
  }

  async exposition(snapshots: readonly MetricsSnapshot[]): Promise<Exposition> {
    this.#answered.set(snapshots.length);
    // Copied: the library's types ask for arrays that may be changed.
    const all = [await this.#registry.getMetricsAsJSON(), ...snapshots.map((snapshot) => [...snapshot])];
    const { contentType } = this.#registry;
    return { contentType, text: await AggregatorRegistry.aggregate(all).metrics() };
  }
}
