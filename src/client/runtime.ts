/**
 * What the SDK asks of the machine it runs on: time, chance and news. `hostRuntime` is the real one; tests bring their own.
 *
 * - Callbacks are never called from within the call that takes them.
 * - Timers may fire late, by much: browsers hold them back in hidden tabs, and OBS in hidden sources. They never fire early, beyond rounding.
 */
export interface Runtime {
  /** Unix milliseconds: for times that the user reads. May jump when the machine's time is set. */
  unixMs(): number;
  /** Milliseconds since some moment; never runs back: for waiting. */
  monotonicMs(): number;
  /** In [0, 1). */
  random(): number;
  /** Calls back once. @returns a function that cancels the timer */
  after(delayMs: number, callback: () => void): () => void;
  /** False only when the machine says that it has no network at all. A server on the machine itself is reached all the same. */
  isOnline(): boolean;
  /** Calls back whenever the machine gets its network back, where that is told. @returns a function that stops listening */
  onOnline(callback: () => void): () => void;
  /** Makes an error of the user's code known without throwing it here. */
  report(error: unknown): void;
}

export const hostRuntime: Runtime = {
  unixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  random: () => Math.random(),

  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },

  isOnline() {
    // Node 20 has no navigator, and later ones do not say.
    return typeof navigator === 'undefined' || navigator.onLine !== false;
  },

  onOnline(callback) {
    if (typeof addEventListener !== 'function') return () => undefined; // Node
    addEventListener('online', callback);
    return () => removeEventListener('online', callback);
  },

  report(error) {
    // As an event target does: the error arrives where uncaught ones do, after the listeners have had their turn.
    if (typeof reportError === 'function') reportError(error);
    else
      setTimeout(() => {
        throw error;
      });
  },
};
