import type { Slice } from '../load/frame-cutter.ts';
import type { MessageFacts } from './dialect.ts';

/** Messages that may be under way to different sockets at a time. */
const REMEMBERED = 16;

interface Remembered {
  readonly bytes: Buffer;
  readonly facts: MessageFacts;
}

/**
 * Reads each message once, though thousands of sockets receive it: one with the same bytes as one of the last few has the same facts. What was
 * found last is looked at first, since a broadcast comes over one socket after the other. For JSON this is worth more than for protobuf: reading
 * would cost microseconds, and comparing is a call.
 */
export class MessageMemo {
  readonly #read: (message: Slice) => MessageFacts;
  readonly #remembered: Remembered[] = [];
  #last: Remembered | undefined;
  #oldest = 0;
  #readCount = 0;

  constructor(read: (message: Slice) => MessageFacts) {
    this.#read = read;
  }

  /** How many messages had to be read. */
  get readCount(): number {
    return this.#readCount;
  }

  /** @throws what `read` throws */
  factsOf(message: Slice): MessageFacts {
    if (this.#last && isSame(this.#last.bytes, message)) return this.#last.facts;
    this.#last = this.#remembered.find(({ bytes }) => isSame(bytes, message)) ?? this.#remember(message);
    return this.#last.facts;
  }

  #remember(message: Slice): Remembered {
    this.#readCount++;
    // A copy: the next read overwrites what came.
    const remembered = { bytes: Buffer.from(message.bytes.subarray(message.start, message.end)), facts: this.#read(message) };
    this.#remembered[this.#oldest] = remembered;
    this.#oldest = (this.#oldest + 1) % REMEMBERED;
    return remembered;
  }
}

function isSame(known: Buffer, { bytes, start, end }: Slice): boolean {
  return known.length === end - start && known.compare(bytes, start, end) === 0;
}
