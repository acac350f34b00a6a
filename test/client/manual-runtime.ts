import type { Runtime } from '../../src/client/runtime.ts';

const START_UNIX_MS = 1_795_300_000_000;

interface Timer {
  readonly dueAt: number;
  readonly callback: () => void;
}

/** A machine whose time is turned by hand. Sockets stay real: only what waits for time waits for the test. */
export class ManualRuntime implements Runtime {
  /** What `random()` answers. */
  chance = 0.5;
  /** What `isOnline()` answers. */
  hasNetwork = true;
  readonly reported: unknown[] = [];
  #nowMs = 0;
  #timers = new Set<Timer>();
  readonly #onlineListeners = new Set<() => void>();

  unixMs(): number {
    return START_UNIX_MS + this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  random(): number {
    return this.chance;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueAt: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  isOnline(): boolean {
    return this.hasNetwork;
  }

  onOnline(callback: () => void): () => void {
    this.#onlineListeners.add(callback);
    return () => this.#onlineListeners.delete(callback);
  }

  report(error: unknown): void {
    this.reported.push(error);
  }

  get pendingTimers(): number {
    return this.#timers.size;
  }

  get onlineListeners(): number {
    return this.#onlineListeners.size;
  }

  /** Lets time pass; every timer fires at its moment. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let timer = this.#next(untilMs); timer; timer = this.#next(untilMs)) {
      this.#nowMs = timer.dueAt;
      this.#fire(timer);
    }
    this.#nowMs = untilMs;
  }

  /** Lets time pass as in a hidden tab: timers are held back, and those that came due fire at the end. */
  advanceHidden(ms: number): void {
    this.#nowMs += ms;
    for (const timer of [...this.#timers]) if (timer.dueAt <= this.#nowMs && this.#timers.has(timer)) this.#fire(timer);
  }

  goOnline(): void {
    this.hasNetwork = true;
    for (const listener of this.#onlineListeners) listener();
  }

  #next(untilMs: number): Timer | undefined {
    const due = [...this.#timers].filter(({ dueAt }) => dueAt <= untilMs);
    return due.sort((a, b) => a.dueAt - b.dueAt)[0];
  }

  #fire(timer: Timer): void {
    this.#timers.delete(timer);
    timer.callback();
  }
}
