// The first two bytes of a frame's header (RFC 6455, section 5.2). A server does not mask.
const FIN = 0x80;
const OPCODE = 0x0f;
const LENGTH = 0x7f;
const LENGTH_IN_2_BYTES = 126;
const LENGTH_IN_8_BYTES = 127;

/** Opcodes that a server's frames have. */
export const TEXT = 1;
export const BINARY = 2;
export const CLOSE = 8;
export const PING = 9;

/** Some bytes within others. */
export interface Slice {
  readonly bytes: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * Cuts a server's WebSocket frames out of what came over a connection. One cutter serves all connections, one after the other, and stands
 * on one frame at a time: nothing is allocated by the frame, of which there are a hundred thousand a second.
 */
export class FrameCutter implements Slice {
  #bytes: Buffer = Buffer.alloc(0);
  #length = 0;
  #at = 0;
  opcode = 0;
  /** Where the frame's payload lies. */
  start = 0;
  end = 0;

  get bytes(): Buffer {
    return this.#bytes;
  }

  /** Where what has not been cut begins: after the last call of `next`, an unfinished frame. */
  get at(): number {
    return this.#at;
  }

  /** @param length - how many of the bytes came; those behind are not looked at */
  begin(bytes: Buffer, length: number): void {
    this.#bytes = bytes;
    this.#length = length;
    this.#at = 0;
  }

  /** Goes to the next frame; false when what is left is not a whole one. @throws RangeError for a frame that no uWebSockets.js sends */
  next(): boolean {
    const bytes = this.#bytes;
    const left = this.#length - this.#at;
    if (left < 2) return false;
    const first = bytes[this.#at] ?? 0;
    let size = bytes[this.#at + 1] ?? 0;
    if ((first & FIN) === 0 || size > LENGTH) throw new RangeError('a frame in parts, or masked');
    let header = 2;
    if (size === LENGTH_IN_2_BYTES) {
      header = 4;
      if (left < header) return false;
      size = bytes.readUInt16BE(this.#at + 2);
    } else if (size === LENGTH_IN_8_BYTES) {
      header = 10;
      if (left < header) return false;
      size = bytes.readUInt32BE(this.#at + 6);
      if (bytes.readUInt32BE(this.#at + 2) !== 0) throw new RangeError('a frame of 4 GB');
    }
    if (left < header + size) return false;
    this.opcode = first & OPCODE;
    this.start = this.#at + header;
    this.end = this.start + size;
    this.#at = this.end;
    return true;
  }
}
