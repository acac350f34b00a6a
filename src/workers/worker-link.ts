import type { Cancel, Clock } from '../clock.ts';
import type { Exposition, MetricsSnapshot } from '../metrics/metrics.ts';
import type { ToSupervisor, ToWorker } from './messages.ts';

/** What this end needs of Node's `process`. */
export interface Channel {
  readonly connected: boolean;
  send?(message: ToSupervisor, sent: (error: Error | null) => void): boolean;
  on(event: 'message', listener: (message: ToWorker) => void): unknown;
  on(event: 'disconnect', listener: () => void): unknown;
}

/** What a worker does for its supervisor. */
export interface WorkerDuties {
  snapshot(): Promise<MetricsSnapshot>;
  /** Read again what may have changed. */
  renew(): void;
  /** Stop: `told` by the supervisor, or `orphaned`, because it is gone. */
  stop(why: 'told' | 'orphaned'): void;
}

/** Longer than the supervisor waits for the workers. One that is hung, or gone, holds up no scrape for longer. */
const EXPOSITION_MS = 2000;

/** A worker's end of the channel to its supervisor. */
export class WorkerLink {
  readonly #channel: Channel;
  readonly #clock: Clock;
  /** Those who wait for the metrics of all share one question. */
  #asked: { readonly answer: Promise<Exposition | undefined>; readonly take: (exposition: Exposition | undefined) => void } | undefined;

  constructor(channel: Channel, clock: Clock) {
    this.#channel = channel;
    this.#clock = clock;
  }

  /** From now on the supervisor is obeyed. */
  serve(duties: WorkerDuties): void {
    this.#channel.on('message', (message) => this.#receive(message, duties));
    this.#channel.on('disconnect', () => duties.stop('orphaned'));
    if (!this.#channel.connected) duties.stop('orphaned');
  }

  tellListening(): void {
    void this.#send({ kind: 'listening' });
  }

  /** Resolves once the line is on its way: the process may end then. */
  tellFailed(line: string): Promise<void> {
    return this.#send({ kind: 'failed', line });
  }

  /** The metrics of all workers together; nothing when the supervisor does not answer. */
  exposeAll(): Promise<Exposition | undefined> {
    if (this.#asked) return this.#asked.answer;
    let cancel: Cancel | undefined;
    let take: (exposition: Exposition | undefined) => void = () => undefined;
    const answer = new Promise<Exposition | undefined>((resolve) => {
      take = (exposition) => {
        cancel?.();
        this.#asked = undefined;
        resolve(exposition);
      };
      cancel = this.#clock.after(EXPOSITION_MS, () => take(undefined));
    });
    this.#asked = { answer, take };
    void this.#send({ kind: 'expose' });
    return answer;
  }

  #receive(message: ToWorker, duties: WorkerDuties): void {
    switch (message.kind) {
      case 'stop':
        duties.stop('told');
        break;
      case 'renew':
        duties.renew();
        break;
      case 'take-snapshot':
        void duties.snapshot().then((snapshot) => this.#send({ kind: 'snapshot', id: message.id, snapshot }));
        break;
      case 'exposition':
        this.#asked?.take(message.exposition);
        break;
      default:
        message satisfies never;
    }
  }

  /** Never rejects: a supervisor that is gone is noticed by the channel's end. */
  #send(message: ToSupervisor): Promise<void> {
    return new Promise((resolve) => {
      if (this.#channel.connected && this.#channel.send) this.#channel.send(message, () => resolve());
      else resolve();
    });
  }
}
