import type { User } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { Pacing } from './pacing.ts';
import { TokenBucket } from './token-bucket.ts';

/** What happened in the ambient lane since it was last told: counts, and a sample. */
export interface AmbientNews {
  /** Those that could not be stored. */
  readonly comments: readonly SealedEvent[];
  readonly likes?: { readonly count: number; readonly total: number };
  readonly enters: readonly User[];
  readonly online?: number;
}

// People read 5 to 20 lines a second, comments among them: a few names a flush show that the room fills.
const MAX_ENTERS_PER_FLUSH = 5;
const ONLINE_GAP_MS = 5000;

/**
 * The lane without a log: likes become one growing count a flush, enters the first few of each flush, and the online count is told
 * when it has changed, at most every 5 s. It holds counts, so nothing here grows with traffic. Comments are here only while the broker is
 * away: as many as the room shows, the rest is left out.
 *
 * Its news leaves with a chat flush. Where no comment is pending it leaves alone, a window after either's last flush, and opens no window
 * for chat: a lone comment in a room full of likes does not wait.
 */
export class Ambient {
  readonly #pacing: Pacing;
  readonly #bucket: TokenBucket;
  #likeCount = 0;
  #likeTotal: number;
  #enters: User[] = [];
  #comments: SealedEvent[] = [];
  #online = 0;
  #toldOnline = 0;
  #toldOnlineAt = Number.NEGATIVE_INFINITY;

  /** @param perSecond - how many comments a second are shown */
  constructor({ likeTotal, windowMs, perSecond }: { likeTotal: number; windowMs: number; perSecond: number }) {
    this.#likeTotal = likeTotal;
    this.#bucket = new TokenBucket(perSecond);
    this.#pacing = new Pacing(windowMs);
  }

  get likeTotal(): number {
    return this.#likeTotal;
  }

  get online(): number {
    return this.#online;
  }

  setWindow(windowMs: number): void {
    this.#pacing.windowMs = windowMs;
  }

  setPerSecond(perSecond: number, now: number): void {
    if (perSecond !== this.#bucket.perSecond) this.#bucket.setRate(perSecond, now);
  }

  comment(event: SealedEvent, now: number): 'shown' | 'left-out' {
    // No more wait here than a second shows, for however long nothing may be flushed.
    if (this.#bucket.available(now) < 1 || this.#comments.length >= this.#bucket.perSecond) return 'left-out';
    this.#bucket.take(1, now);
    this.#comments.push(event);
    return 'shown';
  }

  like(count: number, total: number): void {
    this.#likeCount += count;
    this.#likeTotal = Math.max(this.#likeTotal, total);
  }

  enter(user: User): 'sampled' | 'left-out' {
    if (this.#enters.length >= MAX_ENTERS_PER_FLUSH) return 'left-out';
    this.#enters.push(user);
    return 'sampled';
  }

  setOnline(count: number): void {
    this.#online = count;
  }

  /** Everyone has been told just now how many there are: the next news waits for a window. */
  told(online: number, now: number): void {
    this.#online = online;
    this.#toldOnline = online;
    this.#toldOnlineAt = now;
    this.#pacing.flushed(now);
  }

  /** When news may leave alone; nothing while there is none. @param chatFlushAt - the earliest time of a chat flush */
  dueAt(now: number, chatFlushAt: number): number | undefined {
    const earliest = Math.max(this.#pacing.dueAt(now), chatFlushAt);
    if (this.#likeCount > 0 || this.#enters.length > 0 || this.#comments.length > 0) return earliest;
    return this.#online === this.#toldOnline ? undefined : Math.max(earliest, this.#toldOnlineAt + ONLINE_GAP_MS);
  }

  take(now: number): AmbientNews {
    this.#pacing.flushed(now);
    const news: { -readonly [K in keyof AmbientNews]: AmbientNews[K] } = { comments: this.#comments, enters: this.#enters };
    if (this.#likeCount > 0) news.likes = { count: this.#likeCount, total: this.#likeTotal };
    if (this.#online !== this.#toldOnline && now >= this.#toldOnlineAt + ONLINE_GAP_MS) {
      news.online = this.#online;
      this.#toldOnline = this.#online;
      this.#toldOnlineAt = now;
    }
    this.#likeCount = 0;
    this.#enters = [];
    this.#comments = [];
    return news;
  }
}
