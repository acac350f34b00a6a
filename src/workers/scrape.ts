import type { Clock } from '../clock.ts';
import type { MetricsSnapshot } from '../metrics/metrics.ts';

/** Of a worker, as far as its metrics are asked for. */
export interface ScrapedWorker {
  /** Asks for its snapshot, which goes to `Scrape.answered`. */
  ask(id: number): void;
}

interface Round {
  readonly id: number;
  readonly snapshots: Promise<readonly MetricsSnapshot[]>;
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
  #gathered: MetricsSnapshot[] = [];
  #close: () => void = () => undefined;
  #expected = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  gather(workers: readonly ScrapedWorker[]): Promise<readonly MetricsSnapshot[]> {
    if (this.#round) return this.#round.snapshots;
    const asked = workers.filter((worker) => !this.#silent.has(worker));
    this.#lastId++;
    this.#gathered = [];
    this.#expected = asked.length;
    const snapshots = new Promise<readonly MetricsSnapshot[]>((resolve) => {
      const cancel = this.#clock.after(ANSWER_MS, () => this.#close());
      this.#close = () => {
        cancel();
        this.#round = undefined;
        resolve(this.#gathered);
      };
    });
    this.#round = { id: this.#lastId, snapshots };
    for (const worker of asked) {
      this.#silent.add(worker);
      worker.ask(this.#lastId);
    }
    if (asked.length === 0) this.#close();
    return snapshots;
  }

  answered(worker: ScrapedWorker, { id, snapshot }: { readonly id: number; readonly snapshot: MetricsSnapshot }): void {
    this.#silent.delete(worker);
    if (id !== this.#round?.id) return;
    this.#gathered.push(snapshot);
    this.#endWhenAllHave();
  }

  /** It has ended: nobody waits for it. */
  gone(worker: ScrapedWorker): void {
    if (this.#silent.delete(worker) && this.#round) {
      this.#expected--;
      this.#endWhenAllHave();
    }
  }

  #endWhenAllHave(): void {
    if (this.#gathered.length >= this.#expected) this.#close();
  }
}
