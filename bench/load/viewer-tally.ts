import type { Position } from '../../src/protocol/cursor.ts';
import { Lane, type LoggedLane } from '../../src/protocol/event.ts';
import type { BatchFacts } from './frame-facts.ts';

/** What one viewer was sent of a lane that has a log. */
export interface LaneTally {
  /** Where the viewer began: what was said before is not counted. */
  start: number;
  /** Up to where it has come. */
  position: number;
  frames: number;
  events: number;
  /** Batches that did not go on where the viewer stood: one before them is missing, or came twice. */
  gaps: number;
}

/** What one viewer was sent since it joined. */
export class ViewerTally {
  readonly priority: LaneTally = { start: 0, position: 0, frames: 0, events: 0, gaps: 0 };
  readonly chat: LaneTally = { start: 0, position: 0, frames: 0, events: 0, gaps: 0 };
  ambientFrames = 0;
  /** Gifts that came. */
  gifts = 0;
  /** Comments that those that came stand for. */
  repeats = 0;
  /** Comments that it was told it does not get. */
  skipped = 0;
  /** With the frames' headers. */
  bytes = 0;

  /** The viewer joins a room that has come so far. */
  start({ priority, chat }: Position): void {
    this.priority.start = this.priority.position = priority;
    this.chat.start = this.chat.position = chat;
  }

  take(batch: BatchFacts): void {
    if (batch.lane === Lane.ambient) {
      this.ambientFrames++;
      return;
    }
    const lane = this[batch.lane];
    lane.frames++;
    lane.events += batch.times.length;
    if (batch.from !== lane.position) lane.gaps++;
    lane.position = batch.to;
    this.gifts += batch.gifts;
    this.repeats += batch.repeats;
    this.skipped += batch.skipped;
  }

  get frames(): number {
    return this.priority.frames + this.chat.frames + this.ambientFrames;
  }

  /** How many comments of its range the viewer knows of, shown or not. */
  get told(): number {
    return this.repeats + this.skipped;
  }

  /** How many events of a lane were stored while it was here. */
  range(lane: LoggedLane): number {
    return this[lane].position - this[lane].start;
  }
}
