import type { Codec, Subprotocol } from '../protocol/codec.ts';
import type { Batch } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

/** A batch on its way to every viewer: encoded once per codec, and not at all for a codec that no viewer speaks. */
export class SharedFrame {
  readonly batch: Batch<SealedEvent>;
  readonly #encoded = new Map<Subprotocol, Uint8Array>();

  constructor(batch: Batch<SealedEvent>) {
    this.batch = batch;
  }

  bytes(codec: Codec): Uint8Array {
    const made = this.#encoded.get(codec.subprotocol);
    if (made) return made;
    const bytes = codec.encodeServerFrame({ batch: this.batch });
    this.#encoded.set(codec.subprotocol, bytes);
    return bytes;
  }
}
