/** Reads a buffer from its begin to its end: big-endian numbers, and slices that share its memory. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** @throws RangeError past the end, as all others here do */
  uint8(): number {
    this.#at += 1;
    return this.#bytes.readUInt8(this.#at - 1);
  }

  uint32(): number {
    this.#at += 4;
    return this.#bytes.readUInt32BE(this.#at - 4);
  }

  /** @throws RangeError also for a number that is not exact */
  uint64(): number {
    const value = this.uint32() * 2 ** 32 + this.uint32();
    if (!Number.isSafeInteger(value)) throw new RangeError('a number past 2^53');
    return value;
  }

  slice(length: number): Buffer {
    if (this.#at + length > this.#bytes.length) throw new RangeError(`no ${length} bytes left`);
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  /** All that is left. */
  rest(): Buffer {
    return this.slice(this.#bytes.length - this.#at);
  }

  /** @throws RangeError when something is left */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError(`${this.#bytes.length - this.#at} bytes too many`);
  }
}
