import type { Result } from './error-catalog.ts';
import type { ClientFrame, Deflated, ServerFrame } from './frame.ts';

/**
 * How frames become bytes: one implementation per WebSocket subprotocol.
 *
 * - What is encoded is valid: encoding never fails. Events arrive sealed, and a frame is a header plus copies of their bytes: encoding
 *   costs by the batch, not by what the events say.
 * - What is decoded is a peer's: decoding never throws. A server answers a client's mistake with a refusal. `decodeClientFrame` checks
 *   form only (bytes, subprotocol, field types where the encoding has them); values are checked by `parseClientFrame`, once for all codecs.
 * - A message that was passed in may be reused by the caller afterwards: nothing decoded points into it.
 */
export interface Codec {
  readonly subprotocol: Subprotocol;
  /** Whether frames are binary WebSocket messages, or text. */
  readonly isBinary: boolean;
  decodeClientFrame(message: Uint8Array, isBinary: boolean): Result<unknown>;
  encodeServerFrame(frame: ServerFrame<EncodedEvent>): Uint8Array;
  encodeClientFrame(frame: ClientFrame): Uint8Array | string;
  /** Answers nothing for a message that this version does not understand. */
  decodeServerFrame(message: Uint8Array | string): ServerFrame | undefined;
  /**
   * Makes an encoded frame smaller that is for many; the same bytes where that gains nothing. Servers only, and where it was negotiated.
   *
   * @param frame - of at most `MAX_INFLATED_BYTES`
   */
  pack?(frame: Uint8Array): Uint8Array;
  /** What is to be inflated before it can be decoded; nothing for a frame that was not packed. Points into `message`. */
  unpack?(message: Uint8Array): Deflated | undefined;
}

/** An event as bytes, whole, in each encoding. */
export interface EncodedEvent {
  readonly protobuf: Uint8Array;
  readonly json: Uint8Array;
}

export const SUBPROTOCOLS = ['barrage.v1.protobuf', 'barrage.v1.json', 'barrage.v1.protobuf.deflate'] as const;
export type Subprotocol = (typeof SUBPROTOCOLS)[number];
