import { type Batch, Lane, offsetsNamed } from '../protocol/event.ts';
import { refsRetractedBy } from '../protocol/protobuf-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { Log, type LogRange } from './log.ts';
import { Pacing } from './pacing.ts';
import { isRetractable } from './retractable.ts';

/**
 * The lane in which everything is told: what has come in and not been flushed, and the log of what has.
 * Readers are answered from the log, so what they are told never runs ahead of what the room's viewers are sent.
 */
export class PriorityLane {
  readonly log: Log;
  readonly #pacing: Pacing;
  #pending: SealedEvent[] = [];

  constructor(options: { historySize: number; gapMs: number; held: LogRange }) {
    this.log = new Log(options.historySize, options.held);
    this.#pacing = new Pacing(options.gapMs);
  }

  /** How far events have come in, flushed or not. */
  get end(): number {
    return this.#pending.at(-1)?.offset ?? this.log.end;
  }

  /**
   * Takes in what the broker delivered. What was known already, from the read that opened the room, is passed over. Answers the refs of both
   * lanes that retracts among it name; those of this lane are gone from here.
   */
  accept(events: readonly SealedEvent[]): readonly string[] {
    const retracted: string[] = [];
    for (const event of events) {
      if (event.offset <= this.end) continue;
      const refs = refsRetractedBy(event.protobuf);
      if (refs.length > 0) {
        this.#takeBack(offsetsNamed(refs, Lane.priority));
        retracted.push(...refs);
      }
      this.#pending.push(event);
    }
    return retracted;
  }

  /** When the next flush may begin; nothing while nothing is pending. */
  dueAt(now: number): number | undefined {
    return this.#pending.length === 0 ? undefined : this.#pacing.dueAt(now);
  }

  /** Moves what is pending into the log. Answers the batch that the viewers are sent, or nothing while nothing is pending. */
  flush(now: number): Batch<SealedEvent> | undefined {
    const events = this.#pending;
    if (events.length === 0) return undefined;
    this.#pacing.flushed(now);
    this.#pending = [];
    const from = this.log.end;
    for (const event of events) this.log.append(event);
    return { lane: Lane.priority, from, to: this.log.end, skipped: 0, events };
  }

  #takeBack(offsets: readonly number[]): void {
    this.log.takeBack(offsets);
    this.#pending = this.#pending.filter((event) => !offsets.includes(event.offset) || !isRetractable(event));
  }
}
