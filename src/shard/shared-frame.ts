import type { Codec, Subprotocol } from '../protocol/codec.ts';
import type { Batch } from '../protocol/event.ts';
import { MAX_INFLATED_BYTES } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

// The WebSocket library gives messages of 16 KiB and more to the sockets ahead of smaller ones that were published before them: a gift would
// be overtaken by a long batch, and where a socket takes no more, nobody could tell what it still has. No event alone is half as long.
export const MAX_FRAME_BYTES = 15 * 1024;

/** A batch on its way to every viewer: encoded (and deflated) once per codec, and not at all for a codec that no viewer speaks. */
export class SharedFrame {
  readonly batch: Batch<SealedEvent>;
  readonly #encoded = new Map<Subprotocol, Uint8Array>();
  readonly #parts = new Map<Subprotocol, readonly SharedFrame[]>();

  constructor(batch: Batch<SealedEvent>) {
    this.batch = batch;
  }

  bytes(codec: Codec): Uint8Array {
    const made = this.#encoded.get(codec.subprotocol);
    if (made) return made;
    const frame = codec.encodeServerFrame({ batch: this.batch });
    // A longer one goes in parts, and those are packed.
    const bytes = frame.length <= MAX_INFLATED_BYTES ? (codec.pack?.(frame) ?? frame) : frame;
    this.#encoded.set(codec.subprotocol, bytes);
    return bytes;
  }

  /** The same in frames of at most 15 KiB, one after the other; in nearly all cases this one. */
  parts(codec: Codec): readonly SharedFrame[] {
    const made = this.#parts.get(codec.subprotocol);
    if (made) return made;
    const isShort = this.bytes(codec).length <= MAX_FRAME_BYTES;
    const parts =
      isShort || this.batch.events.length < 2 ? [this] : halves(this.batch).flatMap((half) => new SharedFrame(half).parts(codec));
    this.#parts.set(codec.subprotocol, parts);
    return parts;
  }
}

/** What was skipped is told with the end of the range, as everywhere. */
function halves({ lane, from, to, skipped, events }: Batch<SealedEvent>): Batch<SealedEvent>[] {
  const middle = events.length >>> 1;
  const [first, second] = [events.slice(0, middle), events.slice(middle)];
  const between = first.at(-1)?.offset ?? from;
  return [
    { lane, from, to: between, skipped: 0, events: first },
    { lane, from: between, to, skipped, events: second },
  ];
}
