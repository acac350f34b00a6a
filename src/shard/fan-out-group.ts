import type { Cursor } from '../protocol/cursor.ts';
import type { FanOut } from './fan-out.ts';
import type { SharedFrame } from './shared-frame.ts';
import type { SharedJoined } from './shared-joined.ts';

/** Several transports as one: what is published goes to the viewers of each, and a chat flush has reached all when it has in each. */
export class FanOutGroup implements FanOut {
  readonly #members: readonly FanOut[];

  constructor(members: readonly FanOut[]) {
    this.#members = members;
  }

  open(room: string, cursor: Cursor): void {
    for (const member of this.#members) member.open(room, cursor);
  }

  publishPriority(room: string, frame: SharedFrame, reached: () => void): void {
    const memberReached = this.#whenAllHave(reached);
    for (const member of this.#members) member.publishPriority(room, frame, memberReached);
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    const memberReached = this.#whenAllHave(reached);
    for (const member of this.#members) member.publishChat(room, frames, memberReached);
  }

  publishJoined(room: string, joined: SharedJoined, reached: () => void): void {
    const memberReached = this.#whenAllHave(reached);
    for (const member of this.#members) member.publishJoined(room, joined, memberReached);
  }

  hurry(room: string): void {
    for (const member of this.#members) member.hurry(room);
  }

  close(room: string): void {
    for (const member of this.#members) member.close(room);
  }

  #whenAllHave(reached: () => void): () => void {
    let left = this.#members.length;
    return () => {
      left--;
      if (left === 0) reached();
    };
  }
}
