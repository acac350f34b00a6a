import { type Cursor, formatCursor, type Position, parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch, Event, LoggedLane } from '../../src/protocol/event.ts';

/** What a joined frame and a poll's answer have in common. */
interface Answer {
  readonly epoch: string;
  readonly cursor: string;
  readonly recovered: boolean;
  readonly batches: readonly Batch[];
}

const LANES = ['priority', 'chat'] as const;

/**
 * What one viewer was told, over however many connections and transports: its cursor and its events. It insists, and keeps what it
 * finds wrong: a batch that does not begin where the one before ended, events that do not fill their batch's range, an answer that goes
 * on elsewhere than the cursor stood, a cursor that is not where the batches ended.
 */
export class Reading {
  readonly events: Event[] = [];
  readonly faults: string[] = [];
  /** How often it was told `recovered: false`. */
  breaks = 0;
  /** Of chat, since it began or was last told `recovered: false`: from where, and how many comments it was told of, shown or not. */
  chat = { from: 0, shown: 0, skipped: 0 };
  readonly #density: 'all shown' | 'some shown';
  #cursor: Cursor | undefined;

  /**
   * @param cursor - what the viewer brings along, such as a cursor of another life
   * @param density - whether the room shows every comment by itself, or folds and skips some
   */
  constructor(cursor?: string, density: 'all shown' | 'some shown' = 'all shown') {
    this.#density = density;
    if (cursor === undefined) return;
    this.#cursor = parseCursor(cursor);
    if (!this.#cursor) throw new RangeError(`${cursor} is no cursor`);
  }

  get cursor(): string | undefined {
    return this.#cursor && formatCursor(this.#cursor.epoch, this.#cursor);
  }

  get epoch(): string | undefined {
    return this.#cursor?.epoch;
  }

  get texts(): string[] {
    return this.events.flatMap((event) => ('comment' in event ? [event.comment.text] : []));
  }

  get notices(): string[] {
    return this.events.flatMap((event) => ('notice' in event ? [event.notice.text] : []));
  }

  /** The first answer of a connection that pushes, or any of a poll. */
  answered({ epoch, cursor, recovered, batches }: Answer): void {
    const reached = parseCursor(cursor);
    if (!reached) {
      this.#fault(`${cursor} is no cursor`);
      return;
    }
    const from = (lane: LoggedLane) => batches.find((batch) => batch.lane === lane)?.from ?? reached[lane];
    this.begins({ epoch, recovered, from: { priority: from('priority'), chat: from('chat') } });
    for (const batch of batches) this.take(batch);
    this.reached(cursor);
  }

  /** From where the batches that come next go on. */
  begins({ epoch, recovered, from }: { epoch: string; recovered: boolean; from: Position }): void {
    const before = this.#cursor;
    if (before && recovered && (before.epoch !== epoch || LANES.some((lane) => before[lane] !== from[lane]))) {
      this.#fault(`${this.cursor} was recovered, and goes on from ${formatCursor(epoch, from)}`);
    }
    if (!before && !recovered) this.#fault('recovered: false, though no cursor was brought');
    // A lane may be continued though the other is not, but nothing that was told is told again.
    const again = LANES.find((lane) => before?.epoch === epoch && from[lane] < before[lane] && this.#hasTold(lane, before[lane]));
    if (again) this.#fault(`${again} goes back from ${before?.[again]} to ${from[again]}`);
    if (!recovered) this.breaks++;
    if (!before || !recovered) this.chat = { from: from.chat, shown: 0, skipped: 0 };
    this.#cursor = { epoch, priority: from.priority, chat: from.chat };
  }

  take({ lane, from, to, skipped, events }: Batch): void {
    this.events.push(...events);
    if (lane === 'ambient') return;
    if (!this.#cursor) {
      this.#fault('a batch came before a beginning');
      return;
    }
    if (from !== this.#cursor[lane]) this.#fault(`a batch of ${lane} begins at ${from}, not at ${this.#cursor[lane]}`);
    const offsets = events.map(({ offset }) => offset);
    const all = Array.from({ length: to - from }, (_, index) => from + 1 + index);
    const isWhole = lane === 'priority' || (skipped === 0 && this.#density === 'all shown');
    const expected = isWhole ? all : all.filter((offset) => offsets.includes(offset));
    if (`${offsets}` !== `${expected}`) this.#fault(`the batch (${from}, ${to}] of ${lane} holds ${offsets}`);
    if (lane === 'priority' && skipped > 0) this.#fault(`${skipped} events of priority are skipped`);
    if (lane === 'chat') {
      this.chat.skipped += skipped;
      for (const event of events) this.chat.shown += 'comment' in event ? event.comment.repeat : 0;
    }
    this.#cursor = { ...this.#cursor, [lane]: to };
  }

  /** The server says where the reader stands now. */
  reached(cursor: string): void {
    if (cursor !== this.cursor) this.#fault(`the server says ${cursor}, the batches say ${this.cursor}`);
  }

  #hasTold(lane: LoggedLane, offset: number): boolean {
    const types = lane === 'chat' ? ['comment'] : ['gift', 'superchat', 'notice', 'retract', 'state'];
    return this.events.some((event) => event.offset === offset && types.some((type) => type in event));
  }

  #fault(what: string): void {
    this.faults.push(what);
  }
}
