import type { EncodedEvent } from './codec.ts';
import type { Comment } from './event.ts';
import { encodeJsonEvent } from './json-event.ts';
import { decodeEvent, encodeBody, sealProtobufEvent, withCombo } from './protobuf-batch.ts';

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
  /** How many events it stands for: more than one where equal comments were folded. */
  readonly repeat: number;
  #json: Uint8Array | undefined;

  /** @param protobuf - a whole barrage.v1.Event that says this offset and time */
  constructor(protobuf: Uint8Array, stamp: { offset: number; at: number }, repeat = 1) {
    this.protobuf = protobuf;
    this.repeat = repeat;
    this.offset = stamp.offset;
    this.at = stamp.at;
  }

  /**
   * @param body - the bytes of `encodeBody`; offset 0 is an event without a place in a log
   * @param stamp - what the broker adds, a gift's step of its combo where it has one
   */
  static seal(body: Uint8Array, stamp: { offset: number; at: number; combo?: number | undefined }): SealedEvent {
    const whole = stamp.combo === undefined ? body : withCombo(body, stamp.combo);
    return new SealedEvent(sealProtobufEvent(whole, stamp), stamp);
  }

  /** This comment, standing for so many. */
  repeated(comment: Comment, repeat: number): SealedEvent {
    return new SealedEvent(sealProtobufEvent(encodeBody({ comment: { ...comment, repeat } }), this), this, repeat);
  }

  get json(): Uint8Array {
    this.#json ??= encodeJsonEvent(decodeEvent(this.protobuf));
    return this.#json;
  }
}
