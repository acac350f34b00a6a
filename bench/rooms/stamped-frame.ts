import type { Lane } from '../../src/protocol/event.ts';
import { bareFrame } from '../load/bare-frame.ts';

/** A time that takes as many bytes as any of this century: a varint of six. */
const PLACEHOLDER = 1_795_300_000_123;
const VARINT_BYTES = 6;

/**
 * A frame of a control, made beforehand, whose event's time is written into it when it is sent: the control's processor time is that of
 * sending, and viewers take the latency from its frames as they do from Barrage's.
 */
export class StampedFrame {
  readonly #frame: Buffer;
  readonly #at: number;

  constructor({ lane, bytes }: { lane: Lane; bytes: number }) {
    this.#frame = Buffer.from(bareFrame({ lane, offset: 1, bytes, at: PLACEHOLDER }));
    const mark = Buffer.alloc(VARINT_BYTES);
    writeVarint(mark, { at: 0, value: PLACEHOLDER });
    this.#at = this.#frame.indexOf(mark);
    if (this.#at < 0) throw new RangeError('a frame holds the time of its event');
  }

  /** @param unixMs - when it is sent. @returns the frame, the same bytes each time: it is sent before the next call */
  stamped(unixMs: number): Buffer {
    writeVarint(this.#frame, { at: this.#at, value: unixMs });
    return this.#frame;
  }
}

/** Not by shifts: those are of 32 bits, and times have 41. */
function writeVarint(bytes: Buffer, { at, value }: { at: number; value: number }): void {
  let left = value;
  for (let index = 0; index < VARINT_BYTES; index++) {
    const isLast = index === VARINT_BYTES - 1;
    bytes[at + index] = (left % 128) | (isLast ? 0 : 0x80);
    left = Math.floor(left / 128);
  }
}
