import type { SealedEvent } from '../protocol/sealed-event.ts';

/** The events of a log in `(from, to]`. */
export interface LogRange {
  readonly from: number;
  readonly to: number;
  readonly events: readonly SealedEvent[];
}

/** How much of a log is told at once. */
export interface LogBudget {
  /** How far: the end, by default. */
  readonly to?: number | undefined;
  /** How many events; all, by default. */
  readonly limit?: number | undefined;
  /** About how many bytes on the wire, in the longer of the encodings; any number, by default. One event is told at least. */
  readonly maxBytes?: number | undefined;
}

// What JSON adds to an event's protobuf: field names, and numbers in words.
const EVENT_OVERHEAD_BYTES = 150;

/**
 * The newest events of one lane, in the order of their offsets: a ring that drops its oldest when full.
 *
 *     offsets   … 38 39 | 40 41 42 43 … 295 |
 *                    ↑                   ↑
 *                  start                end        held: (start, end]
 *
 * Everything in `(start, end]` is held, so a reader at any offset from `start` to `end` can be told exactly what comes after. The ring
 * grows as events come: an idle room costs no slots.
 */
export class Log {
  readonly capacity: number;
  #slots: SealedEvent[] = [];
  /** Where the oldest event stands once the ring is full. */
  #head = 0;
  #start: number;
  #end: number;

  /** @param range - what the log begins with; its newest `capacity` events are kept */
  constructor(capacity: number, range: LogRange = { from: 0, to: 0, events: [] }) {
    if (!Number.isInteger(capacity) || capacity < 1) throw new RangeError(`a log holds at least one event, not ${capacity}`);
    this.capacity = capacity;
    this.#start = range.from;
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

  get length(): number {
    return this.#slots.length;
  }

  /** @throws RangeError when the event is not newer than the log's end */
  append(event: SealedEvent): void {
    if (event.offset <= this.#end) throw new RangeError(`offset ${event.offset} comes after ${this.#end}`);
    if (this.#slots.length < this.capacity) {
      this.#slots.push(event);
    } else {
      this.#start = this.#slot(0).offset;
      this.#slots[this.#head] = event;
      this.#head = (this.#head + 1) % this.capacity;
    }
    this.#end = event.offset;
  }

  /**
   * What comes after `offset`, within a budget: a range that the budget cuts ends with its last event. Answers nothing when part of it is
   * no longer held, or `offset` is not yet reached.
   */
  after(offset: number, { to = this.#end, limit, maxBytes }: LogBudget = {}): LogRange | undefined {
    if (offset < this.#start || offset > to || to > this.#end) return undefined;
    const first = this.#indexAfter(offset);
    const last = this.#indexAfter(to);
    const cut = Math.min(last, first + (limit ?? last), this.#indexWithin(first, last, maxBytes));
    const events = this.#slice(first, cut);
    return { from: offset, to: cut === last ? to : (events.at(-1)?.offset ?? offset), events };
  }

  /** The newest `count` events up to `to`: fewer when fewer are held. */
  newest(count: number, to = this.#end): LogRange {
    const last = this.#indexAfter(to);
    const first = Math.max(0, last - count);
    const from = first === 0 ? Math.min(this.#start, to) : this.#slot(first - 1).offset;
    return { from, to, events: this.#slice(first, last) };
  }

  /** The index after the last event that `maxBytes` has place for, from the first on; the first always has. */
  #indexWithin(first: number, last: number, maxBytes = Number.POSITIVE_INFINITY): number {
    if (maxBytes === Number.POSITIVE_INFINITY) return last;
    let index = first;
    for (let bytes = 0; index < last; index++) {
      bytes += this.#slot(index).protobuf.length + EVENT_OVERHEAD_BYTES;
      if (bytes > maxBytes && index > first) break;
    }
    return index;
  }

  #slice(first: number, last: number): SealedEvent[] {
    const events: SealedEvent[] = [];
    for (let index = first; index < last; index++) events.push(this.#slot(index));
    return events;
  }

  /** The index, counted from the oldest, of the first event after `offset`: offsets rise, but skipped comments leave holes in them. */
  #indexAfter(offset: number): number {
    let low = 0;
    let high = this.#slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#slot(middle).offset <= offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #slot(index: number): SealedEvent {
    const event = this.#slots[(this.#head + index) % this.capacity];
    if (event === undefined) throw new RangeError(`no event at index ${index}`);
    return event;
  }
}
