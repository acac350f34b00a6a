import { Lane } from '../../src/protocol/event.ts';
import { Latencies } from '../lib/latencies.ts';
import type { BatchFacts } from './frame-facts.ts';
import { type LatencySummary, summaryOf } from './latency-summary.ts';

/**
 * How long events took from the broker to viewers. Which events count goes by when they were stored, not by when they arrive: a window of
 * arrivals would leave out the slowest of the last ones.
 */
export class LatencyWindow {
  #from = Number.POSITIVE_INFINITY;
  #until = Number.POSITIVE_INFINITY;
  #priority = new Latencies();
  #chat = new Latencies();

  /** From now on, forgets what was before. @param from - Unix milliseconds */
  begin(from: number): void {
    this.#from = from;
    this.#until = Number.POSITIVE_INFINITY;
    this.#priority = new Latencies();
    this.#chat = new Latencies();
  }

  end(until: number): void {
    this.#until = until;
  }

  /** @param now - when the batch came, Unix milliseconds in fractions; events' own times are whole, which adds up to one */
  take(batch: BatchFacts, now: number): void {
    if (batch.lane === Lane.ambient) return;
    const latencies = batch.lane === Lane.priority ? this.#priority : this.#chat;
    for (const at of batch.times) if (at >= this.#from && at < this.#until) latencies.add(now - at);
  }

  get summary(): { priority: LatencySummary; chat: LatencySummary } {
    return { priority: summaryOf(this.#priority), chat: summaryOf(this.#chat) };
  }
}
