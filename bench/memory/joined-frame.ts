import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';

/** A first guess at what is around the room's name. */
const AROUND_NAME = 30;

/** A frame that a viewer of the load reads as `joined`, of so many bytes: its room's name fills it. No shorter than it can be. */
export function joinedFrame(bytes: number): Uint8Array {
  let letters = Math.max(0, bytes - AROUND_NAME);
  for (let attempt = 0; ; attempt++) {
    const room = 'x'.repeat(letters);
    const joined = { room, epoch: 'bare', cursor: 'bare.0.0', recovered: true, online: 1, batches: [] };
    const frame = protobufCodec.encodeServerFrame({ joined });
    const missing = bytes - frame.length;
    // A length that needs another byte can make a size impossible: one off, then.
    if (missing === 0 || attempt === 3 || letters + missing < 0) return frame;
    letters += missing;
  }
}
