// The global of that name is looked up anew with every call.
import { performance } from 'node:perf_hooks';
import { setTimeout as nodeSetTimeout } from 'node:timers';

/** Takes a planned call back. Taking back one that has run, or was taken back, does nothing. */
export type Cancel = () => void;

/** Time and the event loop, as the parts that wait see them. Tests put a hand-turned clock in its place. */
export interface Clock {
  /** Unix milliseconds: for stamps that others read. May jump when the machine's time is set. */
  unixMs(): number;
  /** Milliseconds since some moment; never runs back: for waiting. */
  monotonicMs(): number;
  /** Calls back at the end of this turn of the event loop: after every message that has come in with the present one. */
  soon(callback: () => void): void;
  after(delayMs: number, callback: () => void): Cancel;
}

export const systemClock: Clock = {
  unixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  soon: (callback) => {
    setImmediate(callback);
  },
  after: (delayMs, callback) => {
    const timer = nodeSetTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};

/** When every message that has come in with the present one has been taken. */
export function nextTurn(clock: Clock): Promise<void> {
  return new Promise((resolve) => clock.soon(resolve));
}

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(ms, resolve);
  });
}
