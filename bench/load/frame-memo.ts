import type { Slice } from './frame-cutter.ts';
import { type FrameFacts, readFrame } from './frame-facts.ts';

/** Flushes that may be under way to different sockets at a time: chat half way through its cohorts, and gifts that overtake it. */
const REMEMBERED = 16;

interface Remembered {
  readonly bytes: Buffer;
  readonly facts: FrameFacts;
}

/**
 * Reads each frame once, though thousands of sockets receive it: a frame with the same bytes as one of the last few has the same facts.
 * Comparing costs a small part of reading, and is exact: ranges make a batch's bytes its own.
 */
export class FrameMemo {
  readonly #remembered: Remembered[] = [];
  #oldest = 0;
  #read = 0;

  /** How many frames had to be read. */
  get read(): number {
    return this.#read;
  }

  /** @throws RangeError when the message is not one of `barrage.v1.protobuf` */
  factsOf(message: Slice): FrameFacts {
    const { bytes, start, end } = message;
    for (const remembered of this.#remembered) {
      const known = remembered.bytes;
      // The last byte differs for most frames of one length, and looking at it is not a call out of JavaScript.
      if (known.length !== end - start || known[known.length - 1] !== bytes[end - 1]) continue;
      if (known.compare(bytes, start, end) === 0) return remembered.facts;
    }
    this.#read++;
    const facts = readFrame(message);
    this.#remembered[this.#oldest] = { bytes: Buffer.from(bytes.subarray(start, end)), facts };
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
    return facts;
  }
}
