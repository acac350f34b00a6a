import type { HttpResponse } from 'uWebSockets.js';
import { concatBytes } from '../protocol/bytes.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';

const MAX_BODY_BYTES = 64 * 1024;

// A client sends its body before it reads the answer, and a connection closed meanwhile loses that: what is over the limit is let pass
// unkept, up to here.
const MAX_DISCARDED_BYTES = 16 * 1024 * 1024;

/**
 * Reads a request's body, of at most 64 KiB.
 * Never answers when the client goes away in the middle: nobody is left to be answered then.
 */
export function readBody(response: HttpResponse): Promise<Result<Uint8Array>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  return new Promise((resolve) => {
    response.onData((chunk, isLast) => {
      length += chunk.byteLength;
      if (length <= MAX_BODY_BYTES) {
        // The library takes its memory back when this returns: the chunk is copied.
        chunks.push(new Uint8Array(chunk.slice(0)));
        if (isLast) resolve(accept(concatBytes(chunks)));
        return;
      }
      chunks.length = 0;
      if (isLast || length > MAX_DISCARDED_BYTES) resolve(refuse('body_too_large'));
    });
  });
}
