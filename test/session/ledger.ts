import { type Position, parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch, LoggedLane } from '../../src/protocol/event.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';

const LANES = ['priority', 'chat'] as const;

/** What a ledger needs to know of an event, sealed or decoded. */
interface ToldEvent {
  readonly offset?: number;
}

/**
 * What one client was told of one room, with every batch checked against where the client stood. How many comments a batch stands for is
 * known at the ends of flushes alone: what was skipped of a flush is told with its end.
 */
export class Ledger<E extends ToldEvent> {
  /** By offset, in the order in which they were told. */
  readonly priority: number[] = [];
  readonly faults: string[] = [];
  skipped = 0;
  /** Comments that were shown, and those that they stand for. */
  shown = 0;
  /** How often the room had forgotten what came after the client's position. */
  breaks = 0;
  #position: Record<LoggedLane, number> | undefined;
  /** From where chat is counted; nothing where it began in the middle of a flush. */
  #countedFrom: number | undefined;
  readonly #repeatOf: (event: E) => number;
  readonly #held: number;

  /** @param held - how many events of a lane the room holds: whoever is behind by no more can be told all */
  constructor(repeatOf: (event: E) => number, held = 0) {
    this.#repeatOf = repeatOf;
    this.#held = held;
  }

  get position(): Record<LoggedLane, number> | undefined {
    return this.#position;
  }

  /** Of the comments up to where the client stands, at the end of a flush: those that it was neither shown nor told to have skipped. */
  get unaccounted(): number {
    if (this.#position === undefined || this.#countedFrom === undefined) return 0;
    return this.#position.chat - this.#countedFrom - this.shown - this.skipped;
  }

  /** The client has been told up to here before this ledger begins. */
  begin(position: Position): void {
    this.#position = { ...position };
    this.#countedFrom = position.chat;
  }

  take(frame: ServerFrame<E>): void {
    if ('batch' in frame) this.#takeBatch(frame.batch);
    if (!('joined' in frame)) return;
    const { batches, cursor, recovered } = frame.joined;
    const reached = parseCursor(cursor);
    if (!reached) throw new Error(`${cursor} is no cursor`);
    if (!this.#position || !recovered) this.#beginAnew({ priority: reached.priority, chat: reached.chat }, batches);
    else for (const batch of batches) this.#takeBatch(batch);
    const stands = this.#position && `${this.#position.priority}.${this.#position.chat}`;
    if (stands !== `${reached.priority}.${reached.chat}`) this.faults.push(`told to ${stands}, and stands at ${cursor}`);
  }

  /** Whoever is new begins where the batches begin; so does one who is told of a break, in the lanes that cannot be continued. */
  #beginAnew(reached: Record<LoggedLane, number>, batches: readonly Batch<E>[]): void {
    const before = this.#position;
    if (before) this.breaks++;
    const position = { ...reached };
    for (const { lane, from } of batches) if (lane !== 'ambient') position[lane] = from;
    for (const lane of LANES) {
      const isContinued = before?.[lane] === position[lane];
      if (before && !isContinued && reached[lane] - before[lane] <= this.#held) {
        this.faults.push(`${lane} goes on from ${position[lane]}, not from ${before[lane]}`);
      }
      if (lane === 'chat' && !isContinued) this.#count(position.chat);
    }
    this.#position = position;
    for (const batch of batches) this.#takeBatch(batch);
  }

  #count(from: number): void {
    // Nothing was flushed before the first comment.
    this.#countedFrom = from === 0 ? from : undefined;
    this.shown = 0;
    this.skipped = 0;
  }

  #takeBatch({ lane, from, to, skipped, events }: Batch<E>): void {
    if (lane === 'ambient') return;
    if (!this.#position) {
      this.faults.push(`${lane} (${from}, ${to}] before joined`);
      return;
    }
    if (this.#position[lane] !== from) this.faults.push(`${lane} (${from}, ${to}] at ${this.#position[lane]}`);
    this.#position[lane] = to;
    const offsets = events.map(({ offset = 0 }) => offset);
    if (offsets.some((offset, index) => offset <= (offsets[index - 1] ?? from) || offset > to)) {
      this.faults.push(`${lane} (${from}, ${to}] holds ${offsets}`);
    }
    if (lane === 'priority') {
      this.priority.push(...offsets);
      if (skipped > 0 || offsets.length !== to - from) this.faults.push(`priority (${from}, ${to}] holds ${offsets}`);
    } else {
      this.shown += events.reduce((sum, event) => sum + this.#repeatOf(event), 0);
      this.skipped += skipped;
    }
  }
}
