import type { Codec, Subprotocol } from '../protocol/codec.ts';
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import type { Batch } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { MAX_FRAME_BYTES, type SharedFrame } from './shared-frame.ts';

interface SharedJoinedParts extends Pick<Joined<SealedEvent>, 'room' | 'online' | 'batches'> {
  readonly cursor: Cursor;
  readonly last: SharedFrame | undefined;
}

/**
 * The word to all viewers of a room that its events do not continue those before: where the room goes on, and the newest events there.
 * Encoded once per codec, as a flush is.
 */
export class SharedJoined {
  readonly cursor: Cursor;
  readonly joined: Joined<SealedEvent>;
  /** What was pending of priority before, and is told first. */
  readonly last: SharedFrame | undefined;
  readonly #encoded = new Map<Subprotocol, Uint8Array>();

  /** @param batches - the newest events up to `cursor` */
  constructor({ cursor, last, ...rest }: SharedJoinedParts) {
    this.last = last;
    this.cursor = cursor;
    this.joined = { ...rest, epoch: cursor.epoch, cursor: formatCursor(cursor.epoch, cursor), recovered: false };
  }

  /** One frame of at most 15 KiB, for the reason of a flush's: where the events are too long, the newer half of them, or of those. */
  bytes(codec: Codec): Uint8Array {
    const made = this.#encoded.get(codec.subprotocol);
    if (made) return made;
    let { batches } = this.joined;
    let bytes = this.#encode(codec, batches);
    while (bytes.length > MAX_FRAME_BYTES && batches.length > 0) {
      batches = batches.flatMap(newerHalf);
      bytes = this.#encode(codec, batches);
    }
    this.#encoded.set(codec.subprotocol, bytes);
    return bytes;
  }

  #encode(codec: Codec, batches: Joined<SealedEvent>['batches']): Uint8Array {
    const frame = codec.encodeServerFrame({ joined: { ...this.joined, batches } });
    return codec.pack?.(frame) ?? frame;
  }
}

function newerHalf(batch: Batch<SealedEvent>): Batch<SealedEvent>[] {
  const older = Math.ceil(batch.events.length / 2);
  const events = batch.events.slice(older);
  return events.length === 0 ? [] : [{ ...batch, from: batch.events[older - 1]?.offset ?? batch.from, events }];
}
