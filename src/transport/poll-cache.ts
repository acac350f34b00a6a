import type { LiveRoom } from '../shard/live-room.ts';
import type { CachedAnswer } from './cached-answer.ts';

// Pollers of a room stand at the last few flushes, by two formats: 64 cursors are more than a second's worth of them. A viewer further back
// is answered as well, only not from here.
const MAX_ANSWERS = 128;

/** What one room's pollers were answered since it last moved: by the text of their query, so that most polls are one look-up. */
export class PollCache {
  #moves = -1;
  readonly #answers = new Map<string, CachedAnswer>();

  get size(): number {
    return this.#answers.size;
  }

  /** The answer made for this key since the room last moved; nothing when there is none. */
  find(room: LiveRoom, key: string): CachedAnswer | undefined {
    if (this.#moves !== room.moves) {
      this.#answers.clear();
      this.#moves = room.moves;
    }
    return this.#answers.get(key);
  }

  keep(key: string, answer: CachedAnswer): 'kept' | 'full' {
    if (this.#answers.size >= MAX_ANSWERS) return 'full';
    this.#answers.set(key, answer);
    return 'kept';
  }
}
