import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Cursor, isSameCursor, type Position } from '../protocol/cursor.ts';
import { type Batch, type Comment, Lane, type Settings } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import { ChatWindow } from '../room/chat-window.ts';
import { type Answer, type Budget, Room, type RoomNews, type RoomOptions, type RoomSnapshot } from '../room/room.ts';
import type { FanOut } from './fan-out.ts';
import { RoomTraffic } from './room-traffic.ts';
import { SharedFrame } from './shared-frame.ts';
import { SharedJoined } from './shared-joined.ts';

export interface LiveRoomParts {
  readonly clock: Clock;
  readonly fanOut: FanOut;
  readonly metrics: Metrics;
  /** How busy the event loop is. */
  readonly load: { readonly share: number };
  /** Between which the window of chat may move. */
  readonly window: { readonly minMs: number; readonly maxMs: number };
  /** Told how many viewers this process has in the room, when that changes. */
  readonly announce: (room: string, viewers: number) => void;
}

// For each lane: both together stay below the 64 KiB that may wait for a client.
const STEP_BYTES = 24 * 1024;
// What a viewer is told of chat who was behind: as much as one who is new.
const CATCH_UP_CHAT = 15;
const NEVER = Number.POSITIVE_INFINITY;
const RECOUNT_MS = 5000;

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
  #room: Room;
  readonly #parts: LiveRoomParts;
  readonly #traffic = new RoomTraffic();
  readonly #window: ChatWindow;
  #viewers = 0;
  #announced = 0;
  #elsewhere = 0;
  #moves = 0;
  #newest: { readonly moves: number; readonly answer: Answer } | undefined;
  #lives = 1;
  #emptySince: number;
  #isLookPlanned = false;
  /** A flush begins only when the one before has reached every viewer: what comes meanwhile leaves with the next, at no more cost. */
  #onItsWay = { joined: false, priority: false, chat: false };
  #cancelTimer: Cancel | undefined;
  #timerDueAt = NEVER;
  #cancelRecount: Cancel | undefined;
  #isClosed = false;

  constructor(name: string, room: Room, parts: LiveRoomParts) {
    this.name = name;
    this.#room = room;
    this.#parts = parts;
    this.#window = new ChatWindow(parts.window);
    this.#emptySince = parts.clock.monotonicMs();
    parts.fanOut.open(name, this.cursor);
  }

  get epoch(): string {
    return this.#room.epoch;
  }

  /** Viewers who are connected, and about as many as poll, here and at other processes. */
  get online(): number {
    return this.#viewersHere + this.#elsewhere;
  }

  /** About how many viewers poll. */
  get pollers(): number {
    return this.#traffic.pollers(this.#now());
  }

  /** Events a second that the logs take in, of late. */
  get eventsPerSecond(): number {
    return this.#traffic.eventsPerSecond(this.#now());
  }

  /** Whether a gift, or another event of the priority lane, was sent a moment ago. */
  get hasPaid(): boolean {
    return this.#traffic.hasPaid(this.#now());
  }

  /** Counts the flushes that moved a log, and the retracts: what was answered before may not be told again. */
  get moves(): number {
    return this.#moves;
  }

  /** How often the room has begun: more than once where the events did not continue those before. */
  get lives(): number {
    return this.#lives;
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

  /** The same, with the epoch that it is of. */
  get cursor(): Cursor {
    const { priority, chat } = this.position;
    return { epoch: this.epoch, priority, chat };
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

  /** The next step for a reader who came back: what comes after its cursor, and no more than may wait for one client. */
  answerStep(cursor: Cursor | undefined): Answer {
    return cursor ? this.answer(cursor, { maxBytes: STEP_BYTES }) : this.#newestAnswer();
  }

  /** The next step for a viewer who reads too slowly for the room: all of priority, the newest of chat, and how much that leaves out. */
  answerLagging(cursor: Cursor, toldChat: number): Answer {
    return this.answer(cursor, { maxBytes: STEP_BYTES, newestChat: CATCH_UP_CHAT, toldChat });
  }

  /** What a viewer who falls behind there is to bring along to `answerLagging`. */
  toldChat({ epoch, chat }: Cursor): number {
    return epoch === this.epoch ? this.#room.toldChat(chat) : chat; // of another epoch nothing is continued
  }

  /** Whether a reader who has come so far has been told everything. */
  isAt(cursor: Cursor): boolean {
    return isSameCursor(cursor, this.cursor);
  }

  /** Whether a reader of this life has been told more elsewhere than anybody here. */
  isBehind({ epoch, priority, chat }: Cursor): boolean {
    return epoch === this.epoch && (priority > this.position.priority || chat > this.position.chat);
  }

  enter(): void {
    this.#setViewers(this.#viewers + 1);
  }

  leave(): void {
    this.#setViewers(this.#viewers - 1);
  }

  /** Viewers polled, and were told when to come back. @param presenceMs - for how long, all together */
  polled(presenceMs: number): void {
    this.#traffic.polled(presenceMs, this.#now());
    this.touch();
    this.#recount();
  }

  /** Someone asked about the room without entering it: it is kept a while longer. */
  touch(): void {
    this.#emptySince = this.#now();
  }

  accept(news: RoomNews): void {
    const now = this.#now();
    const { entersLeftOut, hasRetracts } = this.#room.accept(news, now);
    if (hasRetracts) this.#moves++; // not only with its flush: the logs are without it from now on
    this.#traffic.came({ priority: news.priority.length, chat: news.chat.length }, now);
    this.#parts.metrics.countEvent(Lane.ambient, 'left_out', entersLeftOut);
    this.#lookSoon();
  }

  /** Tells a comment to the viewers who are here, in the ambient lane: it could not be stored, and nobody is told of it later. */
  say(comment: Comment): void {
    const { clock, metrics } = this.#parts;
    const verdict = this.#room.say(comment, { now: this.#now(), unixMs: clock.unixMs() });
    metrics.countEvent(Lane.ambient, verdict === 'shown' ? 'accepted' : 'left_out');
    this.#lookSoon();
  }

  /**
   * The events that the broker hands out from now on do not continue those before, but a snapshot. Where only chat is missing in between,
   * that is told as skipped, and all of priority as ever. Else the room goes on as another: chat that is pending or on its way is dropped,
   * and every viewer is told where it goes on, with the newest events. Flushes wait until all have been.
   */
  reset(snapshot: RoomSnapshot, options: RoomOptions): void {
    const news = this.#room.newsIn(snapshot);
    if (news) this.accept(news);
    else this.#beginAnew(new Room(snapshot, options));
  }

  /** The other processes have so many viewers in the room, all together. */
  setElsewhere(viewers: number): void {
    this.#elsewhere = viewers;
    this.#tellOnline();
  }

  /** Sends what is pending to every viewer in this turn, without waiting for its time: the process stops. */
  flushNow(): void {
    const { fanOut } = this.#parts;
    fanOut.hurry(this.name);
    this.#flushPriority();
    this.#flushChat();
    fanOut.hurry(this.name);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancelTimer?.();
    this.#cancelRecount?.();
    this.#parts.fanOut.close(this.name);
  }

  /** The same for all who come without a cursor until a log moves: codecs know it again, and encode it once. */
  #newestAnswer(): Answer {
    if (this.#newest?.moves !== this.#moves) this.#newest = { moves: this.#moves, answer: this.answer(undefined) };
    return this.#newest.answer;
  }

  get #viewersHere(): number {
    return this.#viewers + this.pollers;
  }

  #now(): number {
    return this.#parts.clock.monotonicMs();
  }

  #setViewers(viewers: number): void {
    this.#viewers = viewers;
    this.#emptySince = this.#now();
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
    if (this.#noteOnline() === 'changed') this.#lookSoon();
  }

  #noteOnline(): 'changed' | 'unchanged' {
    const here = this.#viewersHere;
    if (here !== this.#announced) this.#parts.announce(this.name, here);
    this.#announced = here;
    const online = here + this.#elsewhere;
    if (this.#room.online === online) return 'unchanged';
    this.#room.setOnline(online);
    return 'changed';
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
    const now = this.#now();
    const priorityDueAt = this.#priorityDueAt(now);
    if (priorityDueAt !== undefined && priorityDueAt <= now) this.#flushPriority();
    const chatDueAt = this.#chatDueAt(now);
    if (chatDueAt !== undefined && chatDueAt <= now) this.#flushChat();
    this.#planTimer();
  }

  // Nothing is due while a flush is on its way: when it has reached all, there is another look.
  #priorityDueAt(now: number): number | undefined {
    return this.#onItsWay.priority || this.#onItsWay.joined ? undefined : this.#room.priorityDueAt(now);
  }

  #chatDueAt(now: number): number | undefined {
    return this.#onItsWay.chat || this.#onItsWay.joined ? undefined : this.#room.chatDueAt(now);
  }

  #planTimer(): void {
    const now = this.#now();
    const dueAt = Math.min(this.#priorityDueAt(now) ?? NEVER, this.#chatDueAt(now) ?? NEVER);
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
    const { clock, fanOut, metrics } = this.#parts;
    const startedAt = this.#now();
    const batch = this.#room.flushPriority(startedAt);
    if (!batch) return;
    this.#count(batch);
    this.#onItsWay.priority = true;
    fanOut.publishPriority(this.name, new SharedFrame(batch), () => {
      this.#onItsWay.priority = false;
      clock.soon(() => metrics.flushTook(Lane.priority, this.#now() - startedAt));
      this.#lookSoon();
    });
  }

  #flushChat(): void {
    const { clock, fanOut } = this.#parts;
    const startedAt = this.#now();
    this.#noteOnline(); // pollers stay away without a word
    const batches = this.#room.flushChat(startedAt, clock.unixMs());
    if (batches.length === 0) return;
    for (const batch of batches) this.#count(batch);
    const frames = batches.map((batch) => new SharedFrame(batch));
    this.#onItsWay.chat = true;
    fanOut.publishChat(this.name, frames, () => {
      this.#onItsWay.chat = false;
      // What was published leaves at the end of the turn: the flush is over in the next one.
      clock.soon(() => this.#chatLeft(startedAt));
      this.#lookSoon();
    });
  }

  #beginAnew(room: Room): void {
    const now = this.#now();
    const pending = this.#room.flushPriority(now);
    if (pending) this.#count(pending);
    const before = this.cursor;
    this.#room = room;
    this.#lives++;
    this.#moves++;
    room.setWindow(this.#window.ms);
    // Also keeps frames of two lives apart, by their times: those that a client was not given are known by their bytes.
    room.told(this.online, now);
    const { name, cursor, online } = this;
    const newest = room.after(undefined).batches;
    // In one life nothing is told twice.
    const batches = before.epoch === room.epoch ? newest.flatMap((batch) => batchAfter(batch, before)) : newest;
    const joined = new SharedJoined({ room: name, cursor, online, batches, last: pending && new SharedFrame(pending) });
    this.#onItsWay = { joined: true, priority: false, chat: false };
    this.#parts.fanOut.publishJoined(name, joined, () => {
      this.#onItsWay.joined = false;
      this.#lookSoon();
    });
  }

  #count(batch: Batch<SealedEvent>): void {
    if (batch.lane !== Lane.ambient) this.#moves++;
    this.#parts.metrics.flushed(batch, this.#parts.clock.unixMs());
  }

  #chatLeft(startedAt: number): void {
    const { load, metrics } = this.#parts;
    const now = this.#now();
    const costMs = now - startedAt;
    metrics.flushTook(Lane.chat, costMs);
    this.#window.flushed({ costMs, load: load.share, now });
    metrics.chatWindow.observe(this.#window.ms / 1000);
    this.#room.setWindow(this.#window.ms);
  }
}

function batchAfter(batch: Batch<SealedEvent>, cursor: Cursor): Batch<SealedEvent>[] {
  const after = batch.lane === Lane.ambient ? 0 : cursor[batch.lane];
  if (batch.to <= after) return [];
  return [{ ...batch, from: Math.max(batch.from, after), events: batch.events.filter(({ offset }) => offset > after) }];
}
