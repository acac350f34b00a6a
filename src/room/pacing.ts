/**
 * When a lane may flush: at once after a quiet time (the leading edge), else a window after its last flush.
 *
 * The naive way, a timer that ticks every window, makes a lone comment wait half a window on average though nothing is gained by
 * gathering it with no other. Here the first event after a quiet time is due now, and opens a window in which what follows gathers:
 *
 *     events     a        b c d          e
 *     flushes    a│──window──│bcd│─window─│e│      time →
 *
 * What begins in many rooms at one moment (a word from the platform, a process that starts) would go on in step, window by window. So
 * the first window after a quiet time is longer or shorter by up to a half, by the room's phase, and the rooms have come apart.
 */
export class Pacing {
  windowMs: number;
  readonly #phase: number;
  #flushedAt = Number.NEGATIVE_INFINITY;
  #isFirstWindow = false;

  /** @param phase - 0 to 1; in the middle all windows are alike */
  constructor(windowMs: number, phase = 0.5) {
    this.windowMs = windowMs;
    this.#phase = phase;
  }

  /** The earliest time at which a flush may begin, for something that is pending at `now`. Milliseconds on the caller's clock. */
  dueAt(now: number): number {
    const windowMs = this.#isFirstWindow ? this.windowMs * (0.5 + this.#phase) : this.windowMs;
    return Math.max(now, this.#flushedAt + windowMs);
  }

  flushed(now: number): void {
    this.#isFirstWindow = now - this.#flushedAt > 2 * this.windowMs;
    this.#flushedAt = now;
  }
}
