import type { Cursor } from '../protocol/cursor.ts';
import type { SharedFrame } from './shared-frame.ts';
import type { SharedJoined } from './shared-joined.ts';

/**
 * The seam between a shard and the transports that push: it takes a room's frames and sends them to the room's viewers.
 *
 * Frames of a lane reach each viewer in the order in which they were handed over, each viewer once. A chat flush may take several turns
 * of the event loop, and viewers stand at different positions meanwhile; a viewer that comes in is reached by the frames that are handed
 * over from then on, and by no other. Priority frames overtake a chat flush on its way, which goes on when they have reached all. Nothing
 * here throws.
 */
export interface FanOut {
  /** A room begins, all of its viewers-to-be at `cursor`. */
  open(room: string, cursor: Cursor): void;
  /**
   * Begins in this turn, goes on with a slice of the viewers in each, and calls `reached` when the frame has gone to all. Not called again
   * for a room before that.
   */
  publishPriority(room: string, frame: SharedFrame, reached: () => void): void;
  /** The same for chat, frames in their order. */
  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void;
  /**
   * The room's events do not continue those before: tells every viewer where it goes on, in slices as a priority flush. Chat on its way is
   * dropped; priority on its way, and the word of a reset before, reach each viewer ahead of this. Their `reached` is not called any more. No
   * flush is handed over until this one's was.
   */
  publishJoined(room: string, joined: SharedJoined, reached: () => void): void;
  /** Sends what is left of the room's flushes in this turn, and calls their `reached` before it returns. */
  hurry(room: string): void;
  /** The room has no viewers and is forgotten. */
  close(room: string): void;
}
