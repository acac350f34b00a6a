import type { Cancel, Clock } from '../../src/clock.ts';

export const START_UNIX_MS = 1_795_300_000_000;

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** Time and the event loop, turned by hand: nothing happens but in `advance` (timers) and `turn` (what `soon` planned). */
export class ManualClock implements Clock {
  #nowMs = 0;
  /** In the order of planning. */
  readonly #timers = new Set<Timer>();
  #planned: (() => void)[] = [];

  unixMs(): number {
    return START_UNIX_MS + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  soon(callback: () => void): void {
    this.#planned.push(callback);
  }

  after(delayMs: number, callback: () => void): Cancel {
    const timer = { dueAt: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  get pendingCallbacks(): number {
    return this.#planned.length;
  }

  /** Lets time pass: every timer fires at its moment, equal ones in the order of planning. The event loop's turn does not end meanwhile. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let timer = this.#nextBy(untilMs); timer; timer = this.#nextBy(untilMs)) {
      this.#timers.delete(timer);
      this.#nowMs = timer.dueAt;
      timer.callback();
    }
    this.#nowMs = untilMs;
  }

  /** Ends the event loop's turn. What is planned meanwhile waits for the next, as with `setImmediate`. */
  turn(): void {
    const planned = this.#planned;
    this.#planned = [];
    for (const callback of planned) callback();
  }

  /** Ends turns until none has anything planned. */
  turnUntilQuiet(): void {
    for (let turns = 0; this.#planned.length > 0; turns++) {
      if (turns > 10_000) throw new Error('the event loop never comes to rest');
      this.turn();
    }
  }

  #nextBy(untilMs: number): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) if (timer.dueAt <= untilMs && (!next || timer.dueAt < next.dueAt)) next = timer;
    return next;
  }
}
