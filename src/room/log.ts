import { SealedEvent } from '../protocol/sealed-event.ts';
import { isRetractable } from './retractable.ts';

/** The events of a log in `(from, to]`. */
export interface LogRange {
  readonly from: number;
  readonly to: number;
  readonly events: readonly SealedEvent[];
}

/** So many events are missing right before an offset. */
export interface Hole {
  readonly before: number;
  readonly count: number;
}

/** A range as a reader is told of it. */
export interface ToldRange extends LogRange {
  /** How many events of the range the reader is not told, and that none of `events` stands for. */
  readonly skipped: number;
}

/** How much of a log is told at once. */
export interface LogBudget {
  /** How many events; all, by default. */
  readonly limit?: number | undefined;
  /** About how many bytes on the wire, in the longer of the encodings; any number, by default. One event is told at least. */
  readonly maxBytes?: number | undefined;
}

interface Slot {
  /** Where it was taken back, one that stands for none and says nothing. */
  readonly event: SealedEvent;
  /** How far a reader has been told the log who has come as far as this event. */
  readonly told: number;
}

// What JSON adds to an event's protobuf: field names, and numbers in words.
const EVENT_OVERHEAD_BYTES = 150;
const NO_BYTES = new Uint8Array();

/**
 * The newest events of one lane, in the order of their offsets: a ring that drops its oldest when full.
 *
 *     offsets   … 38 39 | 40 41 42 43 … 295 |
 *                    ↑                   ↑
 *                  start                end        held: (start, end]
 *
 * Everything in `(start, end]` is held, or was left out on purpose or taken back, so a reader at any offset from `start` to `end` can be told
 * exactly what comes after. The ring grows as events come: an idle room costs no slots.
 *
 * A room over its density leaves comments out, and shows some that stand for several: offsets alone do not say how many. So each event
 * knows how far a reader is `told` with it, in offsets, and a flush that leaves nothing out to its end is told to its end:
 *
 *     a flush of 11 to 20 shows     13 ×4     18 ×2     and skips four
 *     told, beginning with 10       14        20        the last event takes what was skipped: 20 − 10 = 4 + 2 + 4
 *
 * What a reader who goes from one offset to another is told of, less what the events between stand for, was skipped: over whole flushes, and
 * over any parts of them. An event that is taken back keeps its place, empty, and what it stood for: so that readers who were told it are not
 * counted wrong, and a retract makes no room for older events.
 */
export class Log {
  readonly capacity: number;
  #slots: Slot[] = [];
  /** Where the oldest event stands once the ring is full. */
  #head = 0;
  #start: number;
  /** How far a reader has been told who has come to the start. */
  #startTold: number;
  #end: number;

  /** @param range - what the log begins with; its newest `capacity` events are kept */
  constructor(capacity: number, range: LogRange = { from: 0, to: 0, events: [] }) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`a log holds at least one event, not ${capacity}`);
    this.capacity = capacity;
    this.#start = range.from;
    this.#startTold = range.from;
    this.#end = range.from;
    for (const event of range.events) this.append(event);
    this.#end = Math.max(this.#end, range.to);
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  /** How many events are held, those that were taken back among them. */
  get length(): number {
    return this.#slots.length;
  }

  /** @throws RangeError when the event is not newer than the log's end */
  append(event: SealedEvent): void {
    if (event.offset <= this.#end) throw new RangeError(`offset ${event.offset} comes after ${this.#end}`);
    this.#keep({ event, told: event.offset });
    this.#end = event.offset;
  }

  /**
   * Appends what is shown of `(end, to]`: all that the events do not stand for was skipped.
   *
   * @param holes - what of it nobody has: told as skipped with the event behind it, for a room that is opened anew does not know of it. What
   *     else was skipped is told with the last event, as such a room shows it
   * @throws RangeError when the events are not of that range, or stand for more than it holds
   */
  appendShown(events: readonly SealedEvent[], to: number, holes: readonly Hole[] = []): void {
    const from = this.#end;
    const standFor = events.reduce((sum, { repeat }) => sum + repeat, 0);
    if (to < from || standFor > to - from) throw new RangeError(`${standFor} events are not ${to - from}`);
    let told = from;
    let passed = 0;
    for (const [index, event] of events.entries()) {
      const before = events[index - 1]?.offset ?? from;
      if (event.offset <= before || event.offset > to) throw new RangeError(`offset ${event.offset} is not in (${before}, ${to}]`);
      for (let hole = holes[passed]; hole && hole.before <= event.offset; hole = holes[++passed]) told += hole.count;
      told = index === events.length - 1 ? to : told + event.repeat;
      this.#keep({ event, told });
    }
    this.#end = to;
  }

  /** Takes events back: nobody is told of them from now on. Those that are not held, or of a kind that stays, are passed over. */
  takeBack(offsets: readonly number[]): void {
    for (const offset of offsets) {
      const index = this.#indexAfter(offset) - 1;
      if (index < 0) continue;
      const { event, told } = this.#slot(index);
      if (event.offset !== offset || isEmpty(event) || !isRetractable(event)) continue;
      this.#slots[(this.#head + index) % this.capacity] = { event: new SealedEvent(NO_BYTES, event, 0), told };
    }
  }

  /**
   * What comes after `offset`, within a budget: a range that the budget cuts ends before the first event that it does not take. Answers
   * nothing when part of it is no longer held, or `offset` is not yet reached.
   */
  after(offset: number, budget: LogBudget = {}): ToldRange | undefined {
    if (offset < this.#start || offset > this.#end) return undefined;
    const first = this.#indexAfter(offset);
    const last = this.#indexWithin(first, budget);
    const to = last === this.#slots.length ? this.#end : this.#slot(last - 1).event.offset;
    return this.#told({ from: offset, to }, { first, last });
  }

  /**
   * The newest `count` events after `offset`; all others since then count as skipped, held or not. Answers nothing when `offset` is not
   * yet reached.
   *
   * @param told - what `toldAt` said of `offset` when the reader came there, who may be there for longer than it is known
   */
  newestAfter(offset: number, { count, told = this.toldAt(offset) }: { count: number; told?: number | undefined }): ToldRange | undefined {
    if (offset > this.#end) return undefined;
    const first = this.#indexOfNewest(count, this.#indexAfter(offset));
    return this.#told({ from: offset, to: this.#end }, { first, last: this.#slots.length, told });
  }

  /** The newest `count` events: fewer when fewer are held. */
  newest(count: number): ToldRange {
    const first = this.#indexOfNewest(count, 0);
    const from = first === 0 ? this.#start : this.#slot(first - 1).event.offset;
    return this.#told({ from, to: this.#end }, { first, last: this.#slots.length });
  }

  /**
   * How far a reader has been told who has come to `offset`. Readers stand at events, or where a flush ended; of an event before the start
   * it is not known any more that it was in the middle of a flush.
   */
  toldAt(offset: number): number {
    if (offset === this.#start) return this.#startTold;
    const index = this.#indexAfter(offset) - 1;
    if (index < 0) return offset;
    const { event, told } = this.#slot(index);
    return event.offset === offset ? told : offset;
  }

  #told(
    { from, to }: { from: number; to: number },
    { first, last, told = this.toldAt(from) }: { first: number; last: number; told?: number },
  ): ToldRange {
    const events: SealedEvent[] = [];
    let standFor = 0;
    for (let index = first; index < last; index++) {
      const { event } = this.#slot(index);
      if (isEmpty(event)) continue;
      events.push(event);
      standFor += event.repeat;
    }
    return { from, to, events, skipped: Math.max(0, this.toldAt(to) - told - standFor) };
  }

  #keep(slot: Slot): void {
    if (this.#slots.length < this.capacity) {
      this.#slots.push(slot);
    } else {
      const { event, told } = this.#slot(0);
      this.#start = event.offset;
      this.#startTold = told;
      this.#slots[this.#head] = slot;
      this.#head = (this.#head + 1) % this.capacity;
    }
  }

  /** The index of the first event, from `first` on, that the budget has no place for. */
  #indexWithin(first: number, { limit, maxBytes }: LogBudget): number {
    const end = this.#slots.length;
    if (maxBytes === undefined && (limit === undefined || limit >= end - first)) return end;
    let count = 0;
    let bytes = 0;
    for (let index = first; index < end; index++) {
      const { event } = this.#slot(index);
      if (isEmpty(event)) continue;
      bytes += event.protobuf.length + EVENT_OVERHEAD_BYTES;
      if (count === limit || (count > 0 && maxBytes !== undefined && bytes > maxBytes)) return index;
      count++;
    }
    return end;
  }

  /** The index from which on there are `count` events that were not taken back, or all from `least` on. */
  #indexOfNewest(count: number, least: number): number {
    let index = this.#slots.length;
    for (let left = count; left > 0 && index > least; ) {
      index--;
      if (!isEmpty(this.#slot(index).event)) left--;
    }
    return index;
  }

  /** The index, counted from the oldest, of the first event after `offset`: offsets rise, but comments that were left out leave holes in them. */
  #indexAfter(offset: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#slot(middle).event.offset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(index: number): Slot {
    const slot = this.#slots[(this.#head + index) % this.capacity];
    if (slot === undefined) throw new RangeError(`no event at index ${index}`);
    return slot;
  }
}

/** Whether the event was taken back. */
function isEmpty({ repeat }: SealedEvent): boolean {
  return repeat === 0;
}
