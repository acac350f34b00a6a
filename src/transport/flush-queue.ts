import type { Clock } from '../clock.ts';

/** A flush that goes out slice by slice. */
export interface SlicedFlush {
  /** How many sockets the next slice has; nothing when there is no slice left. */
  nextSize(): number | undefined;
  /** Whether it is to wait for something else before it goes on. */
  isHeld(): boolean;
  publishNext(): void;
}

export interface FlushQueueOptions {
  readonly clock: Clock;
  /** How many sockets may be sent to in one turn of the event loop, over all flushes. */
  readonly socketsPerTurn: number;
}

/**
 * Flushes of all rooms that share the turns of the event loop: a slice from each in turn, as long as the turn has sockets left. So a small
 * flush waits for a slice or two of a large one, and not for all of it.
 */
export class FlushQueue {
  readonly #options: FlushQueueOptions;
  /** In the order of their next slices. */
  readonly #flushes: SlicedFlush[] = [];
  /** How many sockets may still be sent to in this turn; nothing while no turn is under way. */
  #left: number | undefined;

  constructor(options: FlushQueueOptions) {
    this.#options = options;
  }

  /** Begins a flush in this turn, unless others have taken what the turn had. */
  add(flush: SlicedFlush): void {
    this.#flushes.push(flush);
    if (this.#left === undefined) this.#turn();
    // Those before it wait for the next turn: what is left of this one is too little for them.
    else this.#publish(flush);
  }

  #turn(): void {
    this.#left = this.#options.socketsPerTurn;
    // Once around those that are there now.
    for (let rest = this.#flushes.length; rest > 0 && this.#left > 0; rest--) {
      const flush = this.#flushes.shift();
      if (!flush) break;
      this.#publish(flush);
      if (flush.nextSize() !== undefined) this.#flushes.push(flush);
    }
    this.#options.clock.soon(() => {
      if (this.#flushes.length > 0) this.#turn();
      else this.#left = undefined;
    });
  }

  #publish(flush: SlicedFlush): void {
    const { socketsPerTurn } = this.#options;
    for (let size = flush.nextSize(); size !== undefined && !flush.isHeld(); size = flush.nextSize()) {
      const left = this.#left ?? socketsPerTurn;
      // A turn in which nothing was sent takes any slice.
      if (size > left && left < socketsPerTurn) return;
      this.#left = left - size;
      flush.publishNext();
    }
  }
}
