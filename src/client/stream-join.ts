import { type Cursor, parseCursor } from '../protocol/cursor.ts';
import type { Batch } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';

/**
 * The answer to a join as a stream tells it: its head first, with the cursor where its batches end, and the cursor where they begin as the
 * event's id; then the batches, as events that look like any. Gathered, they are the answer that the other transports give at once,
 * and a page can tell what was said before it came from what is said now.
 */
export class StreamJoin {
  readonly #head: Omit<Joined, 'batches'>;
  readonly #batches: Batch[] = [];
  readonly #end: Cursor | undefined;
  #at: Cursor | undefined;

  constructor(head: Omit<Joined, 'batches'>, id = head.cursor) {
    this.#head = head;
    this.#end = parseCursor(head.cursor);
    this.#at = parseCursor(id);
  }

  /** The answer, once it is whole. Cursors of a form that this version does not know have no end to wait for. */
  get whole(): Joined | undefined {
    const [at, end] = [this.#at, this.#end];
    const isWhole = !at || !end || (at.priority >= end.priority && at.chat >= end.chat);
    return isWhole ? { ...this.#head, batches: this.#batches } : undefined;
  }

  add(batch: Batch): void {
    this.#batches.push(batch);
    if (this.#at && batch.lane !== 'ambient') this.#at = { ...this.#at, [batch.lane]: batch.to };
  }
}
