import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { Lane } from '../protocol/event.ts';

/** What became of an event: `left_out` is an enter beyond the sample. */
export type Verdict = 'accepted' | 'refused' | 'left_out';

/** Every metric of the process, in one place. Label sets are closed: lanes, verdicts, transports, catalogue and close codes. */
export class Metrics {
  readonly #registry = new Registry();

  readonly events = this.#counter('barrage_events_total', 'Events that came in, by lane and by what became of them', ['lane', 'verdict']);
  readonly refusals = this.#counter('barrage_refusals_total', 'Errors told to peers, by catalogue code', ['code']);
  readonly frames = this.#counter('barrage_frames_total', 'Batches handed to fan-out, by lane', ['lane']);
  readonly closes = this.#counter('barrage_closes_total', 'WebSockets closed by the server, by close code', ['code']);
  readonly drops = this.#counter(
    'barrage_drops_total',
    'WebSockets cut off, and streams held back, because the client did not read what it was sent',
  );
  readonly earlyFlushes = this.#counter('barrage_early_flushes_total', 'Chat flushes ahead of their window, because too much was pending');
  readonly receiptsEvicted = this.#counter(
    'barrage_receipts_evicted_total',
    'Idempotency keys forgotten before their time, to stay within bounds',
  );
  readonly pollsUncached = this.#counter(
    'barrage_polls_uncached_total',
    "Polls answered without a place in the room's cache, which was full",
  );
  readonly pollCachesEmptied = this.#counter(
    'barrage_poll_caches_emptied_total',
    'Times that all cached poll answers were dropped, to stay within bounds',
  );
  readonly roomsEvicted = this.#counter(
    'barrage_rooms_evicted_total',
    'Unused rooms forgotten before their time, to make place for others',
  );
  readonly brokerTroubles = this.#counter('barrage_broker_troubles_total', 'Calls to the broker that failed, by what was asked', ['stage']);
  readonly connections = this.#gauge('barrage_connections', 'Open connections, by transport', ['transport']);
  readonly rooms = this.#gauge('barrage_rooms', 'Rooms that this process holds open');

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  countEvent(lane: Lane, verdict: Verdict, count = 1): void {
    if (count > 0) this.events.inc({ lane, verdict }, count);
  }

  /** The Prometheus text format, and its content type. */
  async exposition(): Promise<{ contentType: string; text: string }> {
    return { contentType: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  #counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }

  #gauge<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name, help, labelNames, registers: [this.#registry] });
  }
}
