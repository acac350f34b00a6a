import { type Deflated, MAX_INFLATED_BYTES } from '../protocol/frame.ts';

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
 * Inflates. Rejects when it is more than `MAX_INFLATED_BYTES`, and for bytes that are no deflate or end too soon. Bytes behind the
 * stream's end are refused by some platforms and passed over by others (Node 20): they do no harm.
 *
 * What bounds the work: a bomb is read up to that many bytes, and beyond them is inflated no more than the platform does ahead, a chunk or
 * a few; and a frame that inflates to little is itself no longer than what an `InflatingLine` lets wait.
 */
export async function inflate({ frame }: Deflated): Promise<Uint8Array> {
  let fed = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      if (fed >= frame.length) controller.close();
      else controller.enqueue(frame.slice(fed, fed + CHUNK_BYTES));
      fed += CHUNK_BYTES;
    },
  });
  const reader = source.pipeThrough(new DecompressionStream('deflate-raw')).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    length += chunk.value.length;
    if (length > MAX_INFLATED_BYTES) {
      reader.cancel().catch(() => undefined); // what it could say is known
      throw new RangeError(`more than ${MAX_INFLATED_BYTES} bytes`);
    }
    chunks.push(chunk.value);
  }
  return joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
