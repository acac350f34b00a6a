import type { Slice } from './frame-cutter.ts';

/** Messages that may be under way to different sockets at a time: chat half way through its cohorts, and gifts that overtake it. */
const REMEMBERED = 16;

interface Remembered<Facts> {
  readonly bytes: Buffer;
  readonly facts: Facts;
}

/**
 * Reads each message once, though thousands of sockets receive it: one with the same bytes as one of the last few has the same facts. What was
 * found last is looked at first, since a broadcast comes over one socket after the other. Comparing costs a small part of reading, of JSON
 * above all, and is exact: ranges make a batch's bytes its own.
 */
export class MessageMemo<Facts> {
  readonly #read: (message: Slice) => Facts;
  readonly #remembered: Remembered<Facts>[] = [];
  #last: Remembered<Facts> | undefined;
  #oldest = 0;
  #readCount = 0;

  constructor(read: (message: Slice) => Facts) {
    this.#read = read;
  }

  /** How many messages had to be read. */
  get readCount(): number {
    return this.#readCount;
  }

  /** @throws what `read` throws */
  factsOf(message: Slice): Facts {
    if (this.#last && isSame(this.#last.bytes, message)) return this.#last.facts;
    this.#last = this.#remembered.find(({ bytes }) => isSame(bytes, message)) ?? this.#remember(message);
    return this.#last.facts;
  }

  #remember(message: Slice): Remembered<Facts> {
    this.#readCount++;
    // A copy: the next read overwrites what came.
    const remembered = { bytes: Buffer.from(message.bytes.subarray(message.start, message.end)), facts: this.#read(message) };
    this.#remembered[this.#oldest] = remembered;
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
    return remembered;
  }
}

function isSame(known: Buffer, { bytes, start, end }: Slice): boolean {
  // The last byte differs for most messages of one length, and looking at it is not a call out of JavaScript.
  if (known.length !== end - start || known[known.length - 1] !== bytes[end - 1]) return false;
  return known.compare(bytes, start, end) === 0;
}
