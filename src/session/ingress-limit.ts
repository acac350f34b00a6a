import type { Clock } from '../clock.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { TokenBucket } from '../room/token-bucket.ts';

export interface IngressLimitOptions {
  /** Comments a second for each room, and as many at once after a quiet time. */
  readonly perSecond: number;
  /** Of how many rooms it is known what came in of late. */
  readonly maxRooms: number;
  readonly clock: Clock;
}

/** How many comments a process takes in for each room: a flood is refused at the door, before it costs more than that. */
export class IngressLimit {
  readonly #options: IngressLimitOptions;
  readonly #buckets = new Map<string, TokenBucket>();

  constructor(options: IngressLimitOptions) {
    this.#options = options;
  }

  /**
   * Lets in `comments` at once, all or none. Where there is place for one there is for all, and the next wait the longer: else many that come
   * one by one would keep those out that come together. Refusal: `room_busy`, with the time when there will be place.
   */
  take(room: string, comments: number): Result<undefined> {
    if (comments === 0) return accept(undefined);
    const now = this.#options.clock.monotonicMs();
    const bucket = this.#bucketOf(room);
    if (bucket.available(now) < 1) {
      return refuse('room_busy', { retryAfterMs: Math.ceil(bucket.availableAt(1, now) - now) });
    }
    bucket.take(comments, now);
    return accept(undefined);
  }

  /** The room that was asked for longest ago gives way: its bucket has filled by then, or will begin full. */
  #bucketOf(room: string): TokenBucket {
    const bucket = this.#buckets.get(room) ?? new TokenBucket(this.#options.perSecond);
    this.#buckets.delete(room);
    this.#buckets.set(room, bucket);
    // Not looked for where nothing gives way: finding a map's first key takes as long as walking over those deleted before it.
    if (this.#buckets.size > this.#options.maxRooms) this.#dropOldest();
    return bucket;
  }

  #dropOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
