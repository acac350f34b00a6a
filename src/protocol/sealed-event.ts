import type { EncodedEvent } from './codec.ts';
import { encodeJsonEvent } from './json-event.ts';
import { decodeEvent, sealProtobufEvent } from './protobuf-batch.ts';

/**
 * An event as a process keeps it: bytes, made once when it enters, and copied from then on into every frame and answer.
 *
 *     protobuf   [ offset | at | body ]     body was encoded when the event came in; the broker's stamp is put in front
 *     json       the same event as JSON, made from the bytes when the first JSON reader needs it, then kept
 *
 * Making JSON late costs a decode once per event and process (about 2 µs), and nothing where every viewer speaks protobuf.
 */
export class SealedEvent implements EncodedEvent {
  readonly offset: number;
  /** Unix milliseconds. */
  readonly at: number;
  readonly protobuf: Uint8Array;
  #json: Uint8Array | undefined;

  /** @param protobuf - a whole barrage.v1.Event that says this offset and time */
  constructor(protobuf: Uint8Array, stamp: { offset: number; at: number }) {
    this.protobuf = protobuf;
    this.offset = stamp.offset;
    this.at = stamp.at;
  }

  /** @param body - the bytes of `encodeBody`; offset 0 is an event without a place in a log */
  static seal(body: Uint8Array, stamp: { offset: number; at: number }): SealedEvent {
    return new SealedEvent(sealProtobufEvent(body, stamp), stamp);
  }

  get json(): Uint8Array {
    this.#json ??= encodeJsonEvent(decodeEvent(this.protobuf));
    return this.#json;
  }
}
