/**
 * When a lane may flush: at once after a quiet time (the leading edge), else a window after its last flush.
 *
 * The naive way, a timer that ticks every window, makes a lone comment wait half a window on average though nothing is gained by
 * gathering it with no other. Here the first event after a quiet time is due now, and opens a window in which what follows gathers:
 *
 *     events     a        b c d          e
 *     flushes    a│──window──│bcd│─window─│e│      time →
 */
export class Pacing {
  readonly windowMs: number;
  #flushedAt = Number.NEGATIVE_INFINITY;

  constructor(windowMs: number) {
    this.windowMs = windowMs;
  }

  /** The earliest time at which a flush may begin, for something that is pending at `now`. Milliseconds on the caller's clock. */
  dueAt(now: number): number {
    return Math.max(now, this.#flushedAt + this.windowMs);
  }

  flushed(now: number): void {
    this.#flushedAt = now;
  }
}
