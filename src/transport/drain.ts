import type { Clock } from '../clock.ts';

/** A transport, as the process stops. */
export interface Drainable {
  /** Those who are here and have not been told to come back elsewhere. */
  readonly viewers: number;
  /**
   * From now on nobody new is let in, and so many of those who are here are told to come back elsewhere, each with its own time to wait;
   * all of them without a count.
   */
  drain(count?: number): void;
}

export interface DrainOptions {
  /** From the first viewer to the last. */
  readonly drainMs: number;
  readonly clock: Clock;
}

const TICK_MS = 50;
/** Most of a transport in a turn of the event loop: each costs a write and a close. */
const SLICE = 250;

/**
 * Sends the viewers of all transports away, evenly over a time: a million who come back at one moment would bring down who takes them in.
 * The first goes at once, and what is left goes when the time is over. One who leaves meanwhile is one less to tell.
 *
 *     viewers ├──╮
 *             │  ╰──╮  slices
 *             0 ────┴──► drainMs
 *
 * @returns once all have been told; at once where nobody is here
 */
export function drainEvenly(transports: readonly Drainable[], { drainMs, clock }: DrainOptions): Promise<void> {
  const startedAt = clock.monotonicMs();
  const crowds = transports.map((transport) => ({ transport, atFirst: transport.viewers }));
  return new Promise((resolve) => {
    const step = () => {
      const share = drainMs === 0 ? 1 : Math.min(1, (clock.monotonicMs() - startedAt) / drainMs);
      let isBehind = false;
      for (const { transport, atFirst } of crowds) {
        const mayStay = share === 1 ? 0 : Math.max(0, atFirst - 1 - Math.floor(atFirst * share));
        transport.drain(Math.min(SLICE, Math.max(0, transport.viewers - mayStay)));
        isBehind ||= transport.viewers > mayStay;
      }
      if (transports.every(({ viewers }) => viewers === 0)) resolve();
      else if (isBehind) clock.soon(step);
      else clock.after(TICK_MS, step);
    };
    step();
  });
}
