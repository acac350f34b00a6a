/** What a chat flush has cost, and how busy the process is. */
export interface FlushReport {
  /** Milliseconds from its begin until the last viewer's bytes were handed to the kernel. */
  readonly costMs: number;
  /** The share of its time that the event loop was busy, of late: 0 to 1. */
  readonly load: number;
  /** When it was over, on the caller's clock. */
  readonly now: number;
}

// A flush that was held up once, by a pause of the runtime or of the machine, shall not double the window.
const COST_WEIGHT = 0.25;
const MAX_SHARE = 0.5;
// Between calm and busy nothing moves.
const CALM = 0.6;
const AIM = 0.7;
const BUSY = 0.8;
/** Beyond this the load says only that it is too much, and not by how much. */
const FULL = 0.95;
const DOUBLING = Math.LN2;
const HALVING_IN_TWO = -Math.LN2 / 2;
/** How much of what the load is off is made up for in a second. */
const PULL = 0.25;
const MAX_STEP_MS = 1000;
// What the load was before a silence says nothing of what it is after it.
const FORGET_MS = 10_000;

/**
 * How long a room gathers chat before it flushes.
 *
 * A viewer costs a write per flush, whatever the flush holds: the window is what a process trades for load. Two rules make it wider.
 *
 * - By the room's own cost: flushes take half of the loop at the most, so the window is twice what a flush takes. With 15,000 viewers at
 *   10 µs a write that is 300 ms. A fixed window would be too long for all other rooms, or would leave no time to take in joins and gifts.
 * - By the process's load: much else costs too, and a thousand small rooms are each cheap. While the loop is full every room's window doubles
 *   within a second. Else it is drawn towards where the load would be 70 %, and rests between 60 and 80 %: the load answers to the
 *   window, and two seconds late, for it comes in bursts and is their mean. The naive way, a fixed step up over 80 % and down under 60 %,
 *   leaps over the band and back, for ever: simulated with ten rooms of 3,000 viewers, the windows swing by a factor of three. So the step
 *   grows with the distance, a quarter of it a second. Growing and shrinking go by time, not by flush, which would be faster the shorter the
 *   window.
 *
 * The wider of the two counts. Both go back by themselves: the cost is a moving mean, the load's factor fades, by half in two seconds.
 */
export class ChatWindow {
  readonly #minMs: number;
  readonly #maxMs: number;
  #costMs = 0;
  #byLoadMs: number;
  #reportedAt: number | undefined;

  /** @param maxMs - taken for `minMs` where it is less */
  constructor({ minMs, maxMs }: { minMs: number; maxMs: number }) {
    this.#minMs = minMs;
    this.#maxMs = Math.max(minMs, maxMs);
    this.#byLoadMs = minMs;
  }

  get ms(): number {
    return this.#clamp(Math.max(this.#byLoadMs, this.#costMs / MAX_SHARE));
  }

  flushed({ costMs, load, now }: FlushReport): void {
    const silentMs = now - (this.#reportedAt ?? now);
    const elapsedMs = Math.min(silentMs, MAX_STEP_MS);
    if (silentMs > FORGET_MS) this.#byLoadMs = this.#minMs;
    this.#reportedAt = now;
    // What is beyond the widest window cannot widen it, and would only be remembered longer: a machine may have slept for an hour.
    const counted = Math.min(costMs, this.#maxMs * MAX_SHARE);
    this.#costMs += (counted - this.#costMs) * COST_WEIGHT;
    this.#byLoadMs = this.#clamp(this.#byLoadMs * Math.exp((growthAt(load) * elapsedMs) / 1000));
  }

  #clamp(ms: number): number {
    return Math.min(Math.max(ms, this.#minMs), this.#maxMs);
  }
}

/** By which exponent the window grows in a second. */
function growthAt(load: number): number {
  if (load > FULL) return DOUBLING;
  if (load >= CALM && load <= BUSY) return 0;
  return Math.max(HALVING_IN_TWO, PULL * Math.log(load / AIM));
}
