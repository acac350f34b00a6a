// First, so that the generated code finds protobufjs without Long.
import './without-long.ts';
import type { Codec } from './codec.ts';
import type { Deflated } from './frame.ts';
import { barrage } from './generated/barrage.js';
import { protobufCodec } from './protobuf-codec.ts';

const wire = barrage.v1;
// The tag of ServerFrame.deflated: field number << 3 | wire type.
const FRAME_DEFLATED = (6 << 3) | 2;

/**
 * Subprotocol `barrage.v1.protobuf.deflate`: as `barrage.v1.protobuf`, and frames for many viewers may come deflated. Inflating is the
 * reader's platform's; it takes turns of its event loop, so what comes behind such a frame waits for it.
 */
export const protobufDeflateCodec: Codec = { ...protobufCodec, subprotocol: 'barrage.v1.protobuf.deflate', unpack: decodeDeflated };

export function encodeDeflated({ frame }: Deflated): Uint8Array {
  return wire.ServerFrame.encode({ deflated: frame }).finish();
}

function decodeDeflated(message: Uint8Array): Deflated | undefined {
  if (message[0] !== FRAME_DEFLATED) return undefined; // most frames are not, and are decoded by whoever asks
  try {
    const { deflated } = wire.ServerFrame.decode(message);
    return deflated ? { frame: deflated } : undefined;
  } catch {
    return undefined; // garbage, of which decodeServerFrame says the same
  }
}
