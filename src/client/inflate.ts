import { type Deflated, MAX_INFLATED_BYTES } from '../protocol/frame.ts';

/** Some browsers inflate all of a chunk, to a thousand times its length, before anything can be read. So this is a chunk. */
const CHUNK_BYTES = 1024;
/** A deflate stream that holds nothing, and a byte behind its end. */
const EMPTY_AND_MORE = Uint8Array.of(3, 0, 0);

let passesOverMore: Promise<boolean> | undefined;

/** Whether this platform inflates raw deflate: Chromium 103, Safari 16.4, Firefox 113, Node 20.12. */
export function canInflate(): boolean {
  try {
    return new DecompressionStream('deflate-raw') !== undefined;
  } catch {
    return false; // it has no such class, or the class knows other formats only
  }
}

/**
 * Inflates what is one deflate stream and nothing else. Rejects when it is more than `MAX_INFLATED_BYTES`, and for bytes that are no
 * deflate, end too soon, or go on behind the stream's end.
 *
 * What bounds the work: a bomb is read up to that many bytes, and beyond them is inflated no more than the platform does ahead, a chunk or
 * a few; and a frame that inflates to little is itself no longer than what an `InflatingLine` lets wait.
 */
export async function inflate({ frame }: Deflated): Promise<Uint8Array> {
  const inflated = await inflateStart(frame);
  // By the standard, more bytes are an error. Node 20 passes over them; but then a frame is whole without its last byte as well. So there,
  // and only there, it is inflated twice.
  passesOverMore ??= isInflated(EMPTY_AND_MORE);
  if ((await passesOverMore) && (await isInflated(frame.subarray(0, -1)))) throw new TypeError('bytes behind the end');
  return inflated;
}

function isInflated(frame: Uint8Array): Promise<boolean> {
  return inflateStart(frame).then(
    () => true,
    () => false,
  );
}

/** Inflates; what is behind the stream's end is the platform's to refuse. */
async function inflateStart(frame: Uint8Array): Promise<Uint8Array> {
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
