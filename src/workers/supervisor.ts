import type { Cancel, Clock } from '../clock.ts';
import type { WorkersMetrics } from '../metrics/workers-metrics.ts';
import type { ToSupervisor } from './messages.ts';
import { RestartDelay } from './restart-delay.ts';
import { Scrape } from './scrape.ts';
import { Worker, type WorkerEnd, type WorkerHandler, type WorkerProcess } from './worker.ts';

export interface SupervisorOptions {
  readonly workers: number;
  /** Starts a process as worker number `index`, 1 and up, with a channel for messages. */
  readonly fork: (index: number) => WorkerProcess;
  readonly clock: Clock;
  readonly metrics: WorkersMetrics;
  /** How long the workers may take to stop; then they are killed. */
  readonly stopMs: number;
  /** Told of each worker that ended unasked. */
  readonly onDeath: (death: Death) => void;
  /** Told of metrics that could not be summed: whoever asked is told those of one worker. */
  readonly onFault: (error: unknown) => void;
}

export interface Death extends WorkerEnd {
  readonly worker: number;
  readonly pid: number | undefined;
  readonly restartMs: number;
}

/** A worker could not start; the message is the line that it gave. */
export class WorkerStartError extends Error {
  override readonly name = 'WorkerStartError';
}

/** The place of one worker: one process after the other. */
interface Place {
  readonly index: number;
  readonly delay: RestartDelay;
  worker: Worker | undefined;
  cancelRestart: Cancel | undefined;
  hasListened: boolean;
}

/**
 * Runs several processes of the server on one port. It carries no viewers itself, so little can go wrong with it; and when it is killed all
 * the same, the workers notice and stop.
 *
 *     starting ── all have listened ──► up ──── stop ────► stopping ── all have ended ──► over
 *        └─ one cannot start: it throws     └─ one dies: it is started again, after its delay
 *
 * While it starts, a worker that cannot (a wrong setting, a port in use, no Redis) ends the whole: the others would say the same. Later that
 * is a death like any other: those who live keep their viewers, also while Redis is away.
 */
export class Supervisor implements WorkerHandler {
  readonly #options: SupervisorOptions;
  readonly #scrape: Scrape;
  readonly #places: readonly Place[];
  #state: 'starting' | 'up' | 'stopping' = 'starting';
  #onStarted: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #onAllEnded: (() => void) | undefined;
  /** Whether every worker that was told to stop did so in order. */
  #isClean = true;

  constructor(options: SupervisorOptions) {
    this.#options = options;
    this.#scrape = new Scrape(options.clock);
    this.#places = Array.from({ length: options.workers }, (_, index) => ({
      index: index + 1,
      delay: new RestartDelay(),
      worker: undefined,
      cancelRestart: undefined,
      hasListened: false,
    }));
  }

  /** Resolves once all workers have listened. @throws WorkerStartError when one cannot */
  start(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onStarted = { resolve, reject };
      for (const place of this.#places) this.#fork(place);
    });
  }

  /** Stops all workers, at one time: one after the other, each would take in the viewers of those before. */
  async stop(): Promise<'in-order' | 'killed'> {
    this.#state = 'stopping';
    const ended = new Promise<void>((resolve) => {
      this.#onAllEnded = resolve;
    });
    for (const { cancelRestart, worker } of this.#places) {
      cancelRestart?.();
      worker?.tell({ kind: 'stop' });
    }
    const cancel = this.#options.clock.after(this.#options.stopMs, () => {
      this.#isClean = false;
      this.kill();
    });
    this.#tellWhenAllEnded();
    await ended;
    cancel();
    return this.#isClean ? 'in-order' : 'killed';
  }

  /** Has all workers read again what may have changed. */
  renew(): void {
    for (const { worker } of this.#places) worker?.tell({ kind: 'renew' });
  }

  /** Ends all workers now. */
  kill(): void {
    for (const { worker } of this.#places) worker?.kill();
  }

  listening(worker: Worker): void {
    const place = this.#placeOf(worker);
    if (place) place.hasListened = true;
    if (this.#state !== 'starting' || !this.#places.every(({ hasListened }) => hasListened)) return;
    this.#state = 'up';
    this.#onStarted?.resolve();
  }

  received(worker: Worker, message: Exclude<ToSupervisor, { kind: 'listening' | 'failed' }>): void {
    if (message.kind === 'snapshot') this.#scrape.answered(worker, message);
    else this.#expose(worker).catch(this.#options.onFault); // the viewers of all workers do not hang on a scrape
  }

  ended(worker: Worker, end: WorkerEnd): void {
    const last = this.#scrape.gone(worker);
    if (last) this.#options.metrics.ended(last);
    const place = this.#placeOf(worker);
    if (!place) return;
    place.worker = undefined;
    if (this.#state === 'stopping') {
      if (end.code !== 0) this.#isClean = false;
      this.#tellWhenAllEnded();
    } else if (this.#state === 'starting' && end.signal === null && !place.hasListened) {
      this.#onStarted?.reject(new WorkerStartError(end.failure ?? `worker ${place.index} ended with ${end.code} while it started`));
    } else {
      this.#restartLater(place, worker.pid, end);
    }
  }

  #fork(place: Place): void {
    const { clock, fork } = this.#options;
    place.worker = new Worker(place.index, fork(place.index), { handler: this, clock });
  }

  #restartLater(place: Place, pid: number | undefined, end: WorkerEnd): void {
    const { clock, metrics, onDeath } = this.#options;
    const restartMs = place.delay.next(end.livedMs);
    metrics.restarts.inc();
    onDeath({ ...end, worker: place.index, pid, restartMs });
    place.cancelRestart = clock.after(restartMs, () => this.#fork(place));
  }

  async #expose(worker: Worker): Promise<void> {
    const workers = this.#places.flatMap((place) => place.worker ?? []);
    const gathered = await this.#scrape.gather(workers);
    worker.tell({ kind: 'exposition', exposition: await this.#options.metrics.exposition(gathered) });
  }

  #placeOf(worker: Worker): Place | undefined {
    return this.#places.find((place) => place.worker === worker);
  }

  #tellWhenAllEnded(): void {
    if (this.#places.every(({ worker }) => !worker)) this.#onAllEnded?.();
  }
}
