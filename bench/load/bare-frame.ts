import { DEFAULT_COLOR, DEFAULT_SIZE, type Lane, Mode } from '../../src/protocol/event.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';

/** What its user's name and the rest of an event take: a first guess at how much shorter than the frame its text is. */
const AROUND_TEXT = 40;

/**
 * A frame as Barrage would send it, with one comment that fills it up to `bytes`: the control's viewers read it, and take the time from it, as they
 * do Barrage's. One or two bytes more where lengths are written with another digit; a frame cannot be shorter than an event.
 */
export function bareFrame({ lane, offset, bytes, at }: { lane: Lane; offset: number; bytes: number; at: number }): Uint8Array {
  let letters = Math.max(1, bytes - AROUND_TEXT);
  for (let attempt = 0; ; attempt++) {
    const frame = frameWith(letters, { lane, offset, at });
    const missing = bytes - frame.length;
    if (missing === 0 || attempt === 2 || letters + missing < 1) return frame;
    letters += missing;
  }
}

function frameWith(letters: number, { lane, offset, at }: { lane: Lane; offset: number; at: number }): Uint8Array {
  const user = { id: 'b', name: 'b' };
  const text = 'x'.repeat(letters);
  const comment = { user, text, mode: Mode.scroll, color: DEFAULT_COLOR, size: DEFAULT_SIZE, repeat: 1 };
  const event = SealedEvent.seal(encodeBody({ comment }), { offset, at });
  const range = lane === 'ambient' ? { from: 0, to: 0 } : { from: offset - 1, to: offset };
  return protobufCodec.encodeServerFrame({ batch: { lane, ...range, skipped: 0, events: [event] } });
}
