import type { Runtime } from './runtime.ts';

/** A timer that fires this much after its time was held back, and says nothing about the peer. Busy pages are late by less. */
const LATE_MS = 2000;

/**
 * Calls `expire` when `ms` have passed without the answer that would have cancelled it.
 *
 * A hidden tab's timers are held back, by up to a minute; an answer that came meanwhile may still stand in line behind the timer. So a
 * timer that is late by much is given its time once more before it counts. Once only: else nothing would ever expire in a hidden tab.
 *
 * @returns a function that cancels it
 */
export function startDeadline(ms: number, { runtime, expire }: { runtime: Runtime; expire: () => void }): () => void {
  const dueAt = runtime.monotonicMs() + ms;
  let cancel = runtime.after(ms, () => {
    if (runtime.monotonicMs() - dueAt < LATE_MS) expire();
    else cancel = runtime.after(ms, expire);
  });
  return () => cancel();
}
