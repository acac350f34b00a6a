import { type Cursor, formatCursor, parseCursor } from '../protocol/cursor.ts';
import { type Batch, Lane, type LoggedLane } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';

/** What a joined answer comes to. */
export interface Arrival {
  /** Whether nothing is missing between what was taken before and what comes now. */
  readonly recovered: boolean;
  /** What is new in it. The cursor moves along as they are taken from here: one who stops in the middle stands in the middle. */
  readonly batches: Iterable<Batch>;
}

type Offsets = Record<LoggedLane, number>;

/**
 * Where a viewer is: its room, and how far it has come there.
 *
 *     a batch covers (from, to] of its lane; we stand at *
 *
 *     ────*   [from ── to]     gap: something is missing, the batch is not taken
 *     ────*──── to]            new
 *     [from ──*── to]          the part after * is new
 *     [from ── to] ──*         old: nothing
 *
 * Ambient batches have no range and are always new.
 */
export class CursorTracker {
  #room: string;
  #cursor: Cursor | undefined;

  /** @throws RangeError when `cursor` is none that a server gave */
  constructor(room: string, cursor?: string) {
    this.#room = room;
    if (cursor === undefined) return;
    this.#cursor = parseCursor(cursor);
    if (!this.#cursor) throw new RangeError('cursor must be one that a connection told, in its `cursor`');
  }

  get room(): string {
    return this.#room;
  }

  get cursor(): string | undefined {
    return this.#cursor && formatCursor(this.#cursor.epoch, this.#cursor);
  }

  /** Goes to another room, where no event has been seen yet. */
  move(room: string): void {
    this.#room = room;
    this.#cursor = undefined;
  }

  /** Takes a batch of a live connection. @returns what is new in it: the batch or a part, nothing, or `gap` */
  take(batch: Batch): Batch | undefined | 'gap' {
    const { lane, to } = batch;
    if (lane === Lane.ambient) return batch;
    const cursor = this.#cursor;
    const at = cursor?.[lane] ?? 0;
    if (batch.from > at || !cursor) return 'gap';
    if (to <= at) return undefined;
    this.#cursor = { ...cursor, [lane]: to };
    return after(batch, at);
  }

  /**
   * Takes the answer to a join: the beginning of what a live connection then goes on with. An answer that says it continues, but
   * leaves something out, is told as one that does not: the events go to the viewer all the same, the gap is not hidden.
   */
  joined(joined: Joined): Arrival {
    // A cursor of a form that this version does not know can still be followed by its batches.
    const end = parseCursor(joined.cursor) ?? { epoch: joined.epoch, ...lastOffsets(joined.batches) };
    const before = this.#cursor;
    const recovered = joined.recovered && (!before || continues(before, { end, batches: joined.batches }));
    return { recovered, batches: this.#walk(joined.batches, { end, start: recovered && before ? before : restart(before, end) }) };
  }

  /** Moves the cursor before each batch is told: who reads it then, reads where the batch leaves them. */
  *#walk(batches: readonly Batch[], { start, end }: { start: Cursor; end: Cursor }): Iterable<Batch> {
    let cursor: Cursor = start;
    for (const batch of batches) {
      if (batch.lane === Lane.ambient) {
        yield batch;
        continue;
      }
      const at = cursor[batch.lane];
      if (batch.to <= at) continue;
      cursor = { ...cursor, [batch.lane]: batch.to };
      this.#cursor = cursor;
      yield after(batch, at);
    }
    // Never back: another node may not have heard yet of what we know, and would tell it again.
    const furthest = (lane: LoggedLane) => Math.max(cursor[lane], end[lane]);
    this.#cursor = { epoch: end.epoch, priority: furthest('priority'), chat: furthest('chat') };
  }
}

/** Whether `batches` lead from `before` to `end` and leave nothing out. */
function continues(before: Cursor, { end, batches }: { end: Cursor; batches: readonly Batch[] }): boolean {
  if (before.epoch !== end.epoch) return false;
  const at: Offsets = { priority: before.priority, chat: before.chat };
  for (const { lane, from, to } of batches) {
    if (lane === Lane.ambient) continue;
    if (from > at[lane]) return false;
    at[lane] = Math.max(at[lane], to);
  }
  return at.priority >= end.priority && at.chat >= end.chat;
}

/**
 * Where to begin when the logs could not be continued. Within one epoch a lane that only lost its middle still tells no offset twice;
 * a lane that ends before where we stand is not the one that we knew, and is told from its beginning.
 */
function restart(before: Cursor | undefined, end: Cursor): Cursor {
  const start = (lane: LoggedLane) => (before && before.epoch === end.epoch && before[lane] <= end[lane] ? before[lane] : 0);
  return { epoch: end.epoch, priority: start('priority'), chat: start('chat') };
}

function lastOffsets(batches: readonly Batch[]): Offsets {
  const last: Offsets = { priority: 0, chat: 0 };
  for (const { lane, to } of batches) if (lane !== Lane.ambient) last[lane] = Math.max(last[lane], to);
  return last;
}

/** The part of a batch past offset `at`. What it skipped cannot be parted, and stays whole. */
function after(batch: Batch, at: number): Batch {
  if (batch.from >= at) return batch;
  return { ...batch, from: at, events: batch.events.filter(({ offset }) => offset === undefined || offset > at) };
}
