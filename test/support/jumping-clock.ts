import { type Cancel, type Clock, systemClock } from '../../src/clock.ts';

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
  readonly cancel: Cancel;
}

/** The machine's own time and event loop, for what must really wait, such as for a server; but it can be put forward. */
export class JumpingClock implements Clock {
  #aheadMs = 0;
  readonly #timers = new Set<Timer>();

  unixMs(): number {
    return systemClock.unixMs() + this.#aheadMs;
  }

  monotonicMs(): number {
    return systemClock.monotonicMs() + this.#aheadMs;
  }

  soon(callback: () => void): void {
    systemClock.soon(callback);
  }

  after(delayMs: number, callback: () => void): Cancel {
    const run = () => {
      this.#timers.delete(timer);
      callback();
    };
    const timer = { dueAt: this.monotonicMs() + delayMs, callback: run, cancel: systemClock.after(delayMs, run) };
    this.#timers.add(timer);
    return () => {
      timer.cancel();
      this.#timers.delete(timer);
    };
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  /** Puts it forward. Timers that are due then fire at once, in their order. */
  jump(ms: number): void {
    this.#aheadMs += ms;
    const due = [...this.#timers].filter(({ dueAt }) => dueAt <= this.monotonicMs()).sort((a, b) => a.dueAt - b.dueAt);
    for (const timer of due) {
      if (!this.#timers.has(timer)) continue; // taken back meanwhile
      timer.cancel();
      timer.callback();
    }
  }
}
