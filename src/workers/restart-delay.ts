const FIRST_MS = 1000;
const CAP_MS = 30_000;
/** A worker that lived so long died of something new: its restart is the first again. */
const STEADY_MS = 60_000;

/**
 * How long to wait before a worker that died is started again: 1 s, 2 s, 4 s … 30 s. One that cannot live costs a start now and then, and
 * not a core.
 */
export class RestartDelay {
  #nextMs = FIRST_MS;

  /** @param livedMs - how long the worker lived that died now */
  next(livedMs: number): number {
    if (livedMs >= STEADY_MS) this.#nextMs = FIRST_MS;
    const delayMs = this.#nextMs;
    this.#nextMs = Math.min(CAP_MS, delayMs * 2);
    return delayMs;
  }
}
