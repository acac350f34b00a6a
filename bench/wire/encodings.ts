import { brotliDecompressSync, gunzipSync } from 'node:zlib';

export type Encoding = 'identity' | 'gzip' | 'br';

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
