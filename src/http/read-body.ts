import type { HttpResponse } from 'uWebSockets.js';
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
  let kept = new Uint8Array();
  let length = 0;
  return new Promise((resolve) => {
    response.onData((chunk, isLast) => {
      const start = length;
      length += chunk.byteLength;
      if (length <= MAX_BODY_BYTES) {
        // Into one buffer: of a body that comes byte by byte, as chunked encoding may have it, 65,536 pieces would take 27 MB.
        if (length > kept.length) kept = grown(kept, length);
        // The library takes its memory back when this returns: the chunk is copied.
        kept.set(new Uint8Array(chunk), start);
        if (isLast) resolve(accept(kept.subarray(0, length)));
        return;
      }
      kept = new Uint8Array();
      if (isLast || length > MAX_DISCARDED_BYTES) resolve(refuse('body_too_large'));
    });
  });
}

/** At least twice as long, so that all copying together takes no longer than the last one. */
function grown(kept: Uint8Array, least: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.min(MAX_BODY_BYTES, Math.max(least, kept.length * 2)));
  larger.set(kept);
  return larger;
}
