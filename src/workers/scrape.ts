import type { Clock } from '../clock.ts';
import type { MetricsSnapshot } from '../metrics/metrics.ts';

/** Of a worker, as far as its metrics are asked for. */
export interface ScrapedWorker {
  /** Asks for its snapshot, which goes to `Scrape.answered`. */
  ask(id: number): void;
}

/** What the workers that there are have told. */
export interface Gathered {
  readonly answered: readonly MetricsSnapshot[];
  /** Of those who did not answer in time, and did before: the last. */
  readonly earlier: readonly MetricsSnapshot[];
}

interface Round {
  readonly id: number;
  readonly gathered: Promise<Gathered>;
}

/** A worker that answers later is left out: Prometheus itself waits for ten seconds at most. */
const ANSWER_MS = 1000;

/** Gathers the snapshots of all workers, one round at a time: whoever asks while one is under way gets its result. */
export class Scrape {
  readonly #clock: Clock;
  #round: Round | undefined;
  #lastId = 0;
  /** Asked, and not yet answered, in this round or one before: one that hangs is not asked again and again. */
  readonly #silent = new Set<ScrapedWorker>();
  /** Asked in this round, and waited for. */
  #awaited: Set<ScrapedWorker> = new Set();
  #answered: Set<ScrapedWorker> = new Set();
  /** What each told last. */
  readonly #told = new Map<ScrapedWorker, MetricsSnapshot>();
  #close: () => void = () => undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  gather(workers: readonly ScrapedWorker[]): Promise<Gathered> {
    if (this.#round) return this.#round.gathered;
    const asked = workers.filter((worker) => !this.#silent.has(worker));
    this.#lastId++;
    this.#awaited = new Set(asked);
    this.#answered = new Set();
    const gathered = new Promise<Gathered>((resolve) => {
      const cancel = this.#clock.after(ANSWER_MS, () => this.#close());
      this.#close = () => {
        cancel();
        this.#round = undefined;
        resolve(this.#result());
      };
    });
    this.#round = { id: this.#lastId, gathered };
    for (const worker of asked) {
      this.#silent.add(worker);
      worker.ask(this.#lastId);
    }
    if (asked.length === 0) this.#close();
    return gathered;
  }

  answered(worker: ScrapedWorker, { id, snapshot }: { readonly id: number; readonly snapshot: MetricsSnapshot }): void {
    this.#silent.delete(worker);
    this.#told.set(worker, snapshot);
    if (id !== this.#round?.id) return;
    this.#answered.add(worker);
    this.#waitNoMoreFor(worker);
  }

  /** It has ended: nobody waits for it. @returns what it told last */
  gone(worker: ScrapedWorker): MetricsSnapshot | undefined {
    const last = this.#told.get(worker);
    this.#told.delete(worker);
    this.#silent.delete(worker);
    this.#answered.delete(worker);
    this.#waitNoMoreFor(worker);
    return last;
  }

  #waitNoMoreFor(worker: ScrapedWorker): void {
    if (this.#awaited.delete(worker) && this.#awaited.size === 0 && this.#round) this.#close();
  }

  #result(): Gathered {
    const answered: MetricsSnapshot[] = [];
    const earlier: MetricsSnapshot[] = [];
    for (const [worker, snapshot] of this.#told) (this.#answered.has(worker) ? answered : earlier).push(snapshot);
    return { answered, earlier };
  }
}
