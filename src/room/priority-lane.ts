import { type Batch, Lane } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { Log, type LogRange } from './log.ts';
import { Pacing } from './pacing.ts';

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

  /** Takes in what the broker delivered. What was known already, from the read that opened the room, is passed over. */
  accept(events: readonly SealedEvent[]): void {
    for (const event of events) if (event.offset > this.end) this.#pending.push(event);
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
}
