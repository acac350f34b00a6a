import { type Batch, Lane } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { Density } from './density.ts';
import { type Hole, Log, type LogRange } from './log.ts';
import { Pacing } from './pacing.ts';
import { TokenBucket } from './token-bucket.ts';

export interface ChatLaneOptions {
  readonly historySize: number;
  readonly windowMs: number;
  /** How many comments a second are shown, and how many at once after a quiet time. */
  readonly perSecond: number;
  readonly held: LogRange;
  /** Of the lot by which comments are picked. */
  readonly seed: number;
  /** Where in the window the room's flushes begin, 0 to 1. */
  readonly phase: number;
}

/**
 * The lane that keeps a density people can read. What is pending is gathered until the window is over and a comment may be shown; then the
 * flush shows what it may, and its batch covers all that was pending. The log holds what was shown, so readers of every transport are
 * told the same folds and the same skips.
 */
export class ChatLane {
  readonly log: Log;
  readonly #pacing: Pacing;
  readonly #bucket: TokenBucket;
  readonly #density: Density;
  #accepted: number;
  /** In what is pending: comments that did not come, because a repair found them trimmed. Each hole is followed by a comment. */
  #holes: Hole[] = [];

  constructor({ historySize, windowMs, perSecond, held, seed, phase }: ChatLaneOptions) {
    this.log = new Log(historySize, held);
    this.#pacing = new Pacing(windowMs, phase);
    this.#bucket = new TokenBucket(perSecond);
    this.#density = new Density(seed);
    this.#accepted = this.log.end;
  }

  /** How far comments have come in, flushed or not. */
  get end(): number {
    return this.#accepted;
  }

  get pending(): number {
    return this.#accepted - this.log.end;
  }

  setWindow(windowMs: number): void {
    this.#pacing.windowMs = windowMs;
  }

  setPerSecond(perSecond: number, now: number): void {
    if (perSecond !== this.#bucket.perSecond) this.#bucket.setRate(perSecond, now);
  }

  /** Takes in what the broker delivered. What was known already, from the read that opened the room, is passed over. */
  accept(events: readonly SealedEvent[], now: number): void {
    for (const event of events) {
      if (event.offset <= this.#accepted) continue;
      const count = event.offset - this.#accepted - 1;
      if (count > 0) this.#holes.push({ before: event.offset, count });
      this.#accepted = event.offset;
      this.#density.add(event, now);
    }
  }

  /** Comments have come in so far: those on the way there that did not were taken back. */
  reach(offset: number): void {
    this.#accepted = Math.max(this.#accepted, offset);
  }

  /**
   * Takes comments back, flushed or pending: they are not told, but count as skipped. Those yet to come are passed over: the broker hands a
   * retract out after what it took back, so they are refs of an epoch before, or nobody's, and whoever is given them has said something else.
   */
  takeBack(offsets: readonly number[]): void {
    this.log.takeBack(offsets);
    this.#density.takeBack(new Set(offsets));
  }

  /** When the next flush may begin; nothing while nothing is pending. */
  dueAt(now: number): number | undefined {
    return this.pending === 0 ? undefined : Math.max(this.#pacing.dueAt(now), this.#bucket.availableAt(1, now));
  }

  /** The earliest time at which the window is over, whatever is pending. */
  nextFlushAt(now: number): number {
    return this.#pacing.dueAt(now);
  }

  /** Moves what is pending into the log, folded and picked. Answers the batch that the viewers are sent, or nothing while nothing is pending. */
  flush(now: number): Batch<SealedEvent> | undefined {
    if (this.pending === 0) return undefined;
    this.#pacing.flushed(now);
    const events = this.#density.take(Math.max(1, this.#bucket.available(now)), now);
    this.#bucket.take(events.length, now);
    const from = this.log.end;
    this.log.appendShown(events, this.#accepted, this.#holes);
    this.#holes = [];
    const { end } = this.log;
    const standFor = events.reduce((sum, { repeat }) => sum + repeat, 0);
    return { lane: Lane.chat, from, to: end, skipped: end - from - standFor, events };
  }
}
