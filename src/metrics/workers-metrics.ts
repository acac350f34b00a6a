import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import type { Exposition, MetricsSnapshot } from './metrics.ts';

/** What the workers that there are have told. */
interface Told {
  readonly answered: readonly MetricsSnapshot[];
  /** Of those who did not answer in time: what they told before. */
  readonly earlier: readonly MetricsSnapshot[];
}

/**
 * What the supervisor of several processes counts itself, and the metrics of all of them as one exposition: sums, but for a few.
 *
 * To Prometheus a count that falls is one that began anew at nothing, and what is left of it has been counted since: of a sum of millions
 * that would be a rate of millions. So a worker that has ended, or does not answer, still counts with what it told last.
 */
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

  /** What those who have ended had counted, all in one. */
  #ended: MetricsSnapshot = [];

  constructor(workers: number) {
    this.#workers.set(workers);
  }

  /** @param last - what a worker that has ended told last */
  ended(last: MetricsSnapshot): void {
    // The library registers each sum with its values, which its types leave out.
    this.#ended = sumOf([this.#ended, countsIn(last)]).getMetricsAsArray() as unknown as MetricsSnapshot;
  }

  async exposition({ answered, earlier }: Told): Promise<Exposition> {
    this.#answered.set(answered.length);
    const workers = [...answered, this.#ended, ...earlier.map(countsIn)];
    const { contentType } = this.#registry;
    return { contentType, text: await sumOf([await this.#registry.getMetricsAsJSON(), ...workers]).metrics() };
  }
}

function sumOf(snapshots: readonly MetricsSnapshot[]): Registry {
  // Copied: the library's types ask for arrays that may be changed.
  return AggregatorRegistry.aggregate(snapshots.map((snapshot) => [...snapshot]));
}

/** What only grows. */
function countsIn(snapshot: MetricsSnapshot): MetricsSnapshot {
  return snapshot.filter(({ type }) => String(type) === 'counter' || String(type) === 'histogram');
}
