import type { Slice } from './frame-cutter.ts';

const VARINT = 0;
const FIXED_64 = 1;
const BYTES = 2;
const FIXED_32 = 5;

/** Reads the fields of a protobuf message one after the other, and decodes none that nobody asks for. */
export class FieldReader {
  readonly #bytes: Buffer;
  readonly #end: number;
  #at: number;
  /** The number of the field that the reader stands on. */
  field = 0;
  /** Of a field that is a number. Exact below 2^53. */
  value = 0;
  /** The field, where it is text, bytes or a message. */
  content: Slice;

  constructor(message: Slice) {
    this.#bytes = message.bytes;
    this.#at = message.start;
    this.#end = message.end;
    this.content = message;
  }

  /** Goes to the next field; false at the end. @throws RangeError when the message is cut off or no message at all */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    switch (tag % 8) {
      case VARINT:
        this.value = this.#varint();
        return true;
      case BYTES: {
        const size = this.#varint();
        this.content = { bytes: this.#bytes, start: this.#at, end: this.#skip(size) };
        return true;
      }
      case FIXED_64:
        this.#skip(8);
        return true;
      case FIXED_32:
        this.#skip(4);
        return true;
      default:
        throw new RangeError('not a protobuf message');
    }
  }

  #varint(): number {
    let value = 0;
    // Not by shifts: those are of 32 bits, and times have 41.
    for (let factor = 1; ; factor *= 128) {
      const byte = this.#at < this.#end ? this.#bytes[this.#at] : undefined;
      if (byte === undefined) throw new RangeError('a protobuf message is cut off');
      this.#at++;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  }

  #skip(size: number): number {
    this.#at += size;
    if (this.#at > this.#end) throw new RangeError('a protobuf message is cut off');
    return this.#at;
  }
}
