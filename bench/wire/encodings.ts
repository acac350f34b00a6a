import { brotliDecompressSync, gunzipSync, inflateRawSync } from 'node:zlib';
import { type Deflated, MAX_INFLATED_BYTES } from '../../src/protocol/frame.ts';

/** `deflate` is a WebSocket's subprotocol; the others are those of HTTP. */
export type Encoding = 'identity' | 'gzip' | 'br' | 'deflate';

/** @param encoding - the value of Content-Encoding */
export function decompress(body: Buffer, encoding: string): Buffer {
  switch (encoding) {
    case 'identity':
      return body;
    case 'gzip':
      return gunzipSync(body);
    case 'br':
      return brotliDecompressSync(body);
    default:
      throw new RangeError(`an encoding that nobody asked for: ${encoding}`);
  }
}

/** The frame within. @throws RangeError when it is longer than a server makes one */
export function inflate({ frame }: Deflated): Buffer {
  return inflateRawSync(frame, { maxOutputLength: MAX_INFLATED_BYTES });
}
