import type { Deflated } from '../protocol/frame.ts';

/** Four times what a server puts into one frame. */
const MAX_INFLATED_BYTES = 1 << 20;
/** Some browsers inflate all of a chunk, to a thousand times its length, before anything can be read. So this is a chunk. */
const CHUNK_BYTES = 1024;

/** Whether this platform inflates raw deflate: Chromium 103, Safari 16.4, Firefox 113, Node 20.12. */
export function canInflate(): boolean {
  try {
    return new DecompressionStream('deflate-raw') !== undefined;
  } catch {
    return false; // it has no such class, or the class knows other formats only
  }
}

/**
 * Inflates, and stops at the size that was told: what goes on after that is a bomb, and is not read to its end.
 *
 * Rejects when the size is over 1 MiB or not the true one, and for bytes that are no deflate.
 */
export async function inflate({ frame, size }: Deflated): Promise<Uint8Array> {
  if (size > MAX_INFLATED_BYTES) throw new RangeError(`${size} bytes are too many`);
  let fed = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (fed >= frame.length) controller.close();
      else controller.enqueue(frame.slice(fed, fed + CHUNK_BYTES));
      fed += CHUNK_BYTES;
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const inflated = new Uint8Array(size);
  let at = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    if (chunk.value.length > size - at) {
      reader.cancel().catch(() => undefined); // what it could say is known
      throw new RangeError(`more than ${size} bytes`);
    }
    inflated.set(chunk.value, at);
    at += chunk.value.length;
  }
  if (at < size) throw new RangeError(`${at} bytes instead of ${size}`);
  return inflated;
}
