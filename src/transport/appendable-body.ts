import { brotliCompressSync, constants, crc32, deflateRawSync } from 'node:zlib';
import { concatBytes } from '../protocol/bytes.ts';
import type { Encoding } from './content-encoding.ts';

// Quality 4 makes nearly the size of the usual 11 in a hundredth of the time.
const BROTLI = { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT };
const GZIP_HEADER = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff);
// An empty meta-block, the last.
const BROTLI_END = Uint8Array.of(3);
const MAX_TAIL_BYTES = 0xffff;

/** A body whose beginning was made once; each call ends it with a tail of its own. @throws RangeError for a tail over 65,535 bytes */
export type AppendableBody = (tail: Uint8Array) => Uint8Array;

/**
 * Encodes the beginning of a body once, so that many bodies with different short tails cost a copy each.
 *
 * Compressing every body anew would cost its 30 to 100 µs for each poller, and one body for all could not tell each poller its own time to
 * come back. Both formats let a stream be flushed at a byte's end and go on with a piece that is stored as it is:
 *
 *     gzip     [ header | deflated head, sync flush | stored block, last: tail | crc32, length of both ]        RFC 1951, 1952
 *     brotli   [ compressed head, flush | uncompressed meta-block: tail | empty last meta-block ]               RFC 7932
 */
export function appendableBody(head: Uint8Array, encoding: Encoding): AppendableBody {
  switch (encoding) {
    case 'identity':
      return (tail) => concatBytes([head, tail]);
    case 'gzip':
      return gzipBody(head);
    case 'br':
      return brotliBody(head);
  }
}

function gzipBody(head: Uint8Array): AppendableBody {
  const start = concatBytes([GZIP_HEADER, deflateRawSync(head, { finishFlush: constants.Z_SYNC_FLUSH })]);
  const crcOfHead = crc32(head);
  return (tail) => {
    const block = new DataView(new ArrayBuffer(5));
    block.setUint8(0, 1); // the last block, stored
    block.setUint16(1, checked(tail.length), true);
    block.setUint16(3, ~tail.length & 0xffff, true);
    const end = new DataView(new ArrayBuffer(8));
    end.setUint32(0, crc32(tail, crcOfHead), true);
    end.setUint32(4, head.length + tail.length, true);
    return concatBytes([start, new Uint8Array(block.buffer), tail, new Uint8Array(end.buffer)]);
  };
}

function brotliBody(head: Uint8Array): AppendableBody {
  const start = brotliCompressSync(head, { params: BROTLI, finishFlush: constants.BROTLI_OPERATION_FLUSH });
  return (tail) => {
    if (tail.length === 0) return concatBytes([start, BROTLI_END]); // a meta-block has one byte at least
    // From the lowest bit: not last (0), four nibbles of length (00), length - 1 in 16 bits, uncompressed (1), and to the byte's end.
    const header = ((checked(tail.length) - 1) << 3) | (1 << 19);
    return concatBytes([start, Uint8Array.of(header & 0xff, (header >> 8) & 0xff, header >> 16), tail, BROTLI_END]);
  };
}

function checked(length: number): number {
  if (length > MAX_TAIL_BYTES) throw new RangeError(`a tail has at most ${MAX_TAIL_BYTES} bytes, not ${length}`);
  return length;
}
