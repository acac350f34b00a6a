import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Cursor, Position } from '../protocol/cursor.ts';
import { Lane, type Settings } from '../protocol/event.ts';
import { RateMeter } from '../room/rate-meter.ts';
import type { Answer, Budget, Room, RoomNews } from '../room/room.ts';
import type { FanOut } from './fan-out.ts';
import { SharedFrame } from './shared-frame.ts';

// Four windows of 10,000 comments a second, about a megabyte. Reached only by a flood, or while fan-out is held up.
const MAX_PENDING_CHAT = 4096;
// For each lane: both together stay below the 64 KiB that may wait for a client.
const STEP_BYTES = 24 * 1024;
const NEVER = Number.POSITIVE_INFINITY;
const RATE_MEMORY_MS = 10_000;
// Longer than the time between two polls, so that a poller counts for about one throughout.
const POLLS_MEMORY_MS = 30_000;
const RECOUNT_MS = 5000;
const PAID_MS = 3000;

/**
 * A room that this process holds open: the pure room, its viewers' number, and the waiting that the room itself does not do.
 *
 *     news ── room.accept ── end of turn ── due? ── flush ── fan-out
 *                                 └─ not yet: one timer, for the time that the room names
 *
 * Looking at the end of the turn, not at once, lets everything that came in with an event leave with it.
 */
export class LiveRoom {
  readonly name: string;
  readonly #room: Room;
  readonly #parts: { readonly clock: Clock; readonly fanOut: FanOut; readonly metrics: Metrics };
  readonly #events = new RateMeter(RATE_MEMORY_MS);
  readonly #polls = new RateMeter(POLLS_MEMORY_MS);
  #viewers = 0;
  #moves = 0;
  #paidAt = Number.NEGATIVE_INFINITY;
  #emptySince: number;
  #isLookPlanned = false;
  #isChatOnItsWay = false;
  #cancelTimer: Cancel | undefined;
  #timerDueAt = NEVER;
  #cancelRecount: Cancel | undefined;
  #isClosed = false;

  constructor(name: string, room: Room, parts: { clock: Clock; fanOut: FanOut; metrics: Metrics }) {
    this.name = name;
    this.#room = room;
    this.#parts = parts;
    this.#emptySince = parts.clock.monotonicMs();
    parts.fanOut.open(name, room.position);
  }

  get epoch(): string {
    return this.#room.epoch;
  }

  /** Viewers who are connected, and about as many as poll. */
  get online(): number {
    return this.#viewers + this.pollers;
  }

  /** About how many viewers poll, from how often they do and when they were told to come back. */
  get pollers(): number {
    return Math.round(this.#polls.perSecond(this.#parts.clock.monotonicMs()));
  }

  /** Events a second that the logs take in, of late. */
  get eventsPerSecond(): number {
    return this.#events.perSecond(this.#parts.clock.monotonicMs());
  }

  /** Whether a gift, or another event of the priority lane, was sent a moment ago. */
  get hasPaid(): boolean {
    return this.#parts.clock.monotonicMs() - this.#paidAt < PAID_MS;
  }

  /** Counts the flushes that moved a log: what was answered before such a flush is not the newest any more. */
  get moves(): number {
    return this.#moves;
  }

  get likes(): number {
    return this.#room.likes;
  }

  get settings(): Settings {
    return this.#room.settings;
  }

  /** How far the room's viewers have been told. */
  get position(): Position {
    return this.#room.position;
  }

  /** Since when the room has had no viewer, on the monotonic clock; nothing while it has one. */
  get emptySince(): number | undefined {
    return this.#viewers === 0 ? this.#emptySince : undefined;
  }

  /** Nobody is in the room, and nothing was ever heard of it: someone only asked. */
  get isUnused(): boolean {
    const { priority, chat } = this.position;
    return this.#viewers === 0 && priority === 0 && chat === 0 && this.likes === 0 && this.#room.pendingChat === 0;
  }

  /** What comes after a cursor, within a budget. */
  answer(cursor: Cursor | undefined, budget: Budget = {}): Answer {
    return this.#room.after(cursor, budget);
  }

  /** The next step for a reader who is caught up: what comes after its cursor, and no more than may wait for one client. */
  answerStep(cursor: Cursor | undefined): Answer {
    return this.answer(cursor, { maxBytes: STEP_BYTES });
  }

  /** Whether a reader who has come so far has been told everything. */
  isAt({ priority, chat }: Position): boolean {
    const { position } = this;
    return position.priority === priority && position.chat === chat;
  }

  enter(): void {
    this.#setViewers(this.#viewers + 1);
  }

  leave(): void {
    this.#setViewers(this.#viewers - 1);
  }

  /** Viewers polled, and were told when to come back. @param presenceMs - for how long, all together */
  polled(presenceMs: number): void {
    const now = this.#parts.clock.monotonicMs();
    this.#polls.add(presenceMs / 1000, now);
    this.touch();
    this.#recount();
  }

  /** Someone asked about the room without entering it: it is kept a while longer. */
  touch(): void {
    this.#emptySince = this.#parts.clock.monotonicMs();
  }

  accept(news: RoomNews): void {
    const { entersLeftOut } = this.#room.accept(news);
    const now = this.#parts.clock.monotonicMs();
    this.#events.add(news.priority.length + news.chat.length, now);
    if (news.priority.length > 0) this.#paidAt = now;
    this.#parts.metrics.countEvent(Lane.ambient, 'left_out', entersLeftOut);
    this.#lookSoon();
  }

  /** Sends what is pending to every viewer in this turn, without waiting for its time: the process stops. */
  flushNow(): void {
    this.#flushPriority();
    this.#hurryChat();
    this.#flushChat();
    this.#hurryChat();
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelRecount?.();
    this.#parts.fanOut.close(this.name);
  }

  #setViewers(viewers: number): void {
    this.#viewers = viewers;
    this.#emptySince = this.#parts.clock.monotonicMs();
    this.#tellOnline();
  }

  /** Pollers go without a word: while there are any, they are counted again from time to time. */
  #recount(): void {
    this.#tellOnline();
    if (this.#cancelRecount || this.pollers === 0) return;
    this.#cancelRecount = this.#parts.clock.after(RECOUNT_MS, () => {
      this.#cancelRecount = undefined;
      this.#recount();
    });
  }

  #tellOnline(): void {
    const { online } = this;
    if (this.#room.online === online) return;
    this.#room.setOnline(online);
    this.#lookSoon();
  }

  #lookSoon(): void {
    if (this.#isLookPlanned) return;
    this.#isLookPlanned = true;
    this.#parts.clock.soon(() => {
      this.#isLookPlanned = false;
      if (!this.#isClosed) this.#look();
    });
  }

  #look(): void {
    const now = this.#parts.clock.monotonicMs();
    const priorityDueAt = this.#room.priorityDueAt(now);
    if (priorityDueAt !== undefined && priorityDueAt <= now) this.#flushPriority();
    if (this.#room.pendingChat >= MAX_PENDING_CHAT) {
      this.#parts.metrics.earlyFlushes.inc();
      this.#hurryChat();
      this.#flushChat();
    } else {
      const chatDueAt = this.#chatDueAt(now);
      if (chatDueAt !== undefined && chatDueAt <= now) this.#flushChat();
    }
    this.#planTimer();
  }

  /** A chat flush begins only when the one before has reached every viewer: nothing is due before, and `reached` looks again. */
  #chatDueAt(now: number): number | undefined {
    return this.#isChatOnItsWay ? undefined : this.#room.chatDueAt(now);
  }

  #planTimer(): void {
    const now = this.#parts.clock.monotonicMs();
    const dueAt = Math.min(this.#room.priorityDueAt(now) ?? NEVER, this.#chatDueAt(now) ?? NEVER);
    if (dueAt === this.#timerDueAt) return; // in a busy room most looks change nothing
    this.#cancelTimer?.();
    this.#timerDueAt = dueAt;
    if (dueAt === NEVER) return;
    this.#cancelTimer = this.#parts.clock.after(Math.max(0, dueAt - now), () => {
      this.#timerDueAt = NEVER;
      this.#look();
    });
  }

  #flushPriority(): void {
    const batch = this.#room.flushPriority(this.#parts.clock.monotonicMs());
    if (!batch) return;
    this.#moves++;
    this.#parts.metrics.frames.inc({ lane: Lane.priority });
    this.#parts.fanOut.publishPriority(this.name, new SharedFrame(batch));
  }

  #hurryChat(): void {
    if (this.#isChatOnItsWay) this.#parts.fanOut.hurryChat(this.name);
  }

  #flushChat(): void {
    const { clock, fanOut, metrics } = this.#parts;
    this.#room.setOnline(this.online); // pollers stay away without a word
    const batches = this.#room.flushChat(clock.monotonicMs(), clock.unixMs());
    if (batches.length === 0) return;
    for (const { lane } of batches) {
      metrics.frames.inc({ lane });
      if (lane === Lane.chat) this.#moves++;
    }
    const frames = batches.map((batch) => new SharedFrame(batch));
    this.#isChatOnItsWay = true;
    fanOut.publishChat(this.name, frames, () => {
      this.#isChatOnItsWay = false;
      this.#lookSoon();
    });
  }
}
