import type { Metrics, Transport } from '../metrics/metrics.ts';

/** The connections of all transports that stay open, against one bound: each costs a descriptor, whatever it speaks. */
export class ConnectionCount {
  readonly #max: number;
  readonly #metrics: Metrics;
  readonly #open: Record<Transport, number> = { websocket: 0, stream: 0, poll: 0 };

  constructor(max: number, metrics: Metrics) {
    this.#max = max;
    this.#metrics = metrics;
  }

  get total(): number {
    const { websocket, stream, poll } = this.#open;
    return websocket + stream + poll;
  }

  get isFull(): boolean {
    return this.total >= this.#max;
  }

  opened(transport: Transport): void {
    this.#count(transport, this.#open[transport] + 1);
  }

  closed(transport: Transport): void {
    this.#count(transport, this.#open[transport] - 1);
  }

  #count(transport: Transport, open: number): void {
    this.#open[transport] = open;
    this.#metrics.connected(transport, open);
  }
}
