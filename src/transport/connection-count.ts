import type { Metrics, Transport } from '../metrics/metrics.ts';

/** The connections of all transports that stay open, against one bound; and all sockets, whatever becomes of them, against another. */
export class ConnectionCount {
  readonly #max: number;
  readonly #metrics: Metrics;
  readonly #open: Record<Transport, number> = { websocket: 0, stream: 0, poll: 0 };
  /** Those that speak HTTP, or say nothing: of all transports but the WebSocket's, and of none. */
  #httpSockets = 0;

  constructor(max: number, metrics: Metrics) {
    this.#max = max;
    this.#metrics = metrics;
  }

  /** Every descriptor that clients take up. */
  get sockets(): number {
    return this.#httpSockets + this.#open.websocket;
  }

  socketAccepted(): void {
    this.#httpSockets++;
  }

  /** Not told of one that has become a WebSocket: that it was closed says the same. */
  socketEnded(): void {
    this.#httpSockets--;
  }

  get total(): number {
    const { websocket, stream, poll } = this.#open;
    return websocket + stream + poll;
  }

  get isFull(): boolean {
    return this.total >= this.#max;
  }

  opened(transport: Transport): void {
    if (transport === 'websocket') this.#httpSockets--;
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
