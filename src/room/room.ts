import type { Cursor, Position } from '../protocol/cursor.ts';
import { type Batch, type Comment, Lane, offsetsNamed, type Settings, type User } from '../protocol/event.ts';
import { encodeBody } from '../protocol/protobuf-batch.ts';
import { SealedEvent } from '../protocol/sealed-event.ts';
import { Ambient } from './ambient.ts';
import { ChatLane } from './chat-lane.ts';
import type { Log, LogRange, ToldRange } from './log.ts';
import { drawOf, seedOf } from './lot.ts';
import { PriorityLane } from './priority-lane.ts';

export interface RoomOptions {
  /** How many events each log holds. */
  readonly historySize: number;
  /** How long chat gathers between flushes. */
  readonly flushMs: number;
  /** The least gap between priority flushes. */
  readonly priorityGapMs: number;
  /** How many comments a second are shown, where the room's settings do not say. */
  readonly chatPerSecond: number;
}

/** What a room begins with: what the broker holds of it. */
export interface RoomSnapshot {
  readonly epoch: string;
  readonly priority: LogRange;
  readonly chat: LogRange;
  readonly likes: number;
  readonly settings: Settings;
}

/** New events of a room, as the broker hands them on: in order within each lane. */
export interface RoomNews {
  readonly priority: readonly SealedEvent[];
  readonly chat: readonly SealedEvent[];
  /** How far chat goes, where its newest were taken back before they came here. */
  readonly chatTo?: number;
  readonly likes?: { readonly count: number; readonly total: number };
  readonly enters: readonly User[];
  /** The room's settings after a state event among `priority`. */
  readonly settings?: Settings;
}

/** What became of news. */
export interface Accepted {
  /** Enters that the sample left out. */
  readonly entersLeftOut: number;
  /** Something was taken back: the logs may not hold what they held. */
  readonly hasRetracts: boolean;
}

/** What comes after a cursor: whole, or the newest and the word that something may be missing. */
export interface Answer {
  readonly recovered: boolean;
  /** The budget cut a lane's range: there is more after `position` already. */
  readonly more: boolean;
  /** The reader's position once it has taken in the batches. */
  readonly position: Position;
  readonly batches: readonly Batch<SealedEvent>[];
}

/** How much a reader is told at once. */
export interface Budget {
  /** How many events of each lane after the cursor; all, by default. */
  readonly limit?: number;
  /** About how many bytes of each lane; any number, by default. One event is told at least. */
  readonly maxBytes?: number;
  /** How many events of each lane where there is no cursor, or one that cannot be continued. */
  readonly newest?: number;
  /** Of chat after a cursor only so many of the newest, and how many were passed over; all, by default. */
  readonly newestChat?: number;
  /** With `newestChat`: what `toldChat` said when the reader came to its cursor. */
  readonly toldChat?: number;
  /**
   * The reader is one who asks, now here and now at another process, which may have flushed what waits here still: as far as events have
   * come in, nothing comes after its cursor for now. Without this a cursor that is ahead of a log cannot be continued.
   */
  readonly mayBeAhead?: true;
}

/** How many events of each log a reader without a cursor is told. */
const NEWEST = 15;

/**
 * One room's lanes and logs. Pure: it waits for nothing and sends nothing. Its owner asks when a lane is due, flushes it then, and hands
 * the batch to fan-out. Times are milliseconds on the owner's clock; `unixMs` is the stamp that ambient events carry.
 */
export class Room {
  readonly epoch: string;
  readonly #options: RoomOptions;
  readonly #priority: PriorityLane;
  readonly #chat: ChatLane;
  readonly #ambient: Ambient;
  #settings: Settings;

  constructor(snapshot: RoomSnapshot, options: RoomOptions) {
    const { historySize, flushMs, priorityGapMs } = options;
    this.epoch = snapshot.epoch;
    this.#options = options;
    this.#settings = snapshot.settings;
    this.#priority = new PriorityLane({ historySize, gapMs: priorityGapMs, held: snapshot.priority });
    const seed = seedOf(snapshot.epoch);
    const perSecond = this.#chatPerSecond();
    this.#chat = new ChatLane({ historySize, windowMs: flushMs, perSecond, held: snapshot.chat, seed, phase: drawOf(seed, 0) });
    this.#ambient = new Ambient({ likeTotal: snapshot.likes, windowMs: flushMs, perSecond });
  }

  get settings(): Settings {
    return this.#settings;
  }

  get likes(): number {
    return this.#ambient.likeTotal;
  }

  get online(): number {
    return this.#ambient.online;
  }

  /** How far the logs have come: what has been flushed. */
  get position(): Position {
    return { priority: this.#priority.log.end, chat: this.#chat.log.end };
  }

  /** How many comments wait for the next flush. */
  get pendingChat(): number {
    return this.#chat.pending;
  }

  /** Takes in what the broker delivered. What a retract names is told to nobody from now on, flushed or not. */
  accept(news: RoomNews, now: number): Accepted {
    this.#chat.accept(news.chat, now);
    if (news.chatTo !== undefined) this.#chat.reach(news.chatTo);
    const retracted = this.#priority.accept(news.priority);
    const hasRetracts = retracted.length > 0;
    if (hasRetracts) this.#chat.takeBack(offsetsNamed(retracted, Lane.chat));
    if (news.settings) {
      this.#settings = news.settings;
      this.#chat.setPerSecond(this.#chatPerSecond(), now);
      this.#ambient.setPerSecond(this.#chatPerSecond(), now);
    }
    if (news.likes) this.#ambient.like(news.likes.count, news.likes.total);
    let entersLeftOut = 0;
    for (const user of news.enters) if (this.#ambient.enter(user) === 'left-out') entersLeftOut++;
    return { entersLeftOut, hasRetracts };
  }

  /** Takes in a comment that could not be stored: it is told in the ambient lane, or left out where the room is over its density. */
  say(comment: Comment, { now, unixMs }: { now: number; unixMs: number }): 'shown' | 'left-out' {
    return this.#ambient.comment(SealedEvent.seal(encodeBody({ comment }), { offset: 0, at: unixMs }), now);
  }

  /** What a snapshot tells beyond what was taken in; nothing where it is of another life, or events of priority are missing in between. */
  newsIn({ epoch, priority, chat, likes, settings }: RoomSnapshot): RoomNews | undefined {
    if (epoch !== this.epoch || priority.from > this.#priority.end) return undefined;
    const count = likes - this.likes;
    return {
      priority: priority.events,
      chat: chat.events,
      chatTo: chat.to,
      enters: [],
      settings,
      ...(count > 0 && { likes: { count, total: likes } }),
    };
  }

  /** From now on chat gathers for so long between flushes. */
  setWindow(windowMs: number): void {
    this.#chat.setWindow(windowMs);
    this.#ambient.setWindow(windowMs);
  }

  setOnline(count: number): void {
    this.#ambient.setOnline(count);
  }

  /** Everyone has been told just now where the room stands, and how many there are. */
  told(online: number, now: number): void {
    this.#ambient.told(online, now);
  }

  /** When the priority lane may flush; nothing while nothing is pending in it. */
  priorityDueAt(now: number): number | undefined {
    return this.#priority.dueAt(now);
  }

  /** When chat, or ambient news that travels with it, may flush; nothing while nothing is pending in either. */
  chatDueAt(now: number): number | undefined {
    return this.#chat.dueAt(now) ?? this.#ambient.dueAt(now, this.#chat.nextFlushAt(now));
  }

  flushPriority(now: number): Batch<SealedEvent> | undefined {
    return this.#priority.flush(now);
  }

  /** The chat batch, if comments were pending, then the ambient batch, if there was news. */
  flushChat(now: number, unixMs: number): Batch<SealedEvent>[] {
    const batches: Batch<SealedEvent>[] = [];
    const chat = this.#chat.flush(now);
    if (chat) batches.push(chat);
    const ambient = this.#ambientEvents(now, unixMs);
    if (ambient.length > 0) batches.push({ lane: Lane.ambient, from: 0, to: 0, skipped: 0, events: ambient });
    return batches;
  }

  /**
   * What comes after `cursor`; without a cursor the newest of each lane. A lane in which the cursor cannot be continued
   * (another epoch, a range that is no longer held, the future) is answered with its newest, and the answer says `recovered: false`: never
   * part of a range as if it were whole. A lane in which it can be is continued all the same, so that a viewer who was away too long for
   * chat still gets every gift, once.
   */
  after(cursor: Cursor | undefined, { limit, maxBytes, newest = NEWEST, newestChat, toldChat, mayBeAhead }: Budget = {}): Answer {
    const known = cursor?.epoch === this.epoch ? cursor : undefined;
    const { log } = this.#chat;
    const isAhead = (lane: { log: Log; end: number }, from: number) => mayBeAhead && from > lane.log.end && from <= lane.end;
    const readPriority = (from: number) =>
      isAhead(this.#priority, from) ? nothingAfter(from) : this.#priority.log.after(from, { limit, maxBytes });
    const priority = known && readPriority(known.priority);
    const readChat = (from: number) => {
      if (isAhead(this.#chat, from)) return nothingAfter(from);
      return newestChat === undefined ? log.after(from, { limit, maxBytes }) : log.newestAfter(from, { count: newestChat, told: toldChat });
    };
    const chat = known && readChat(known.chat);
    const ranges = { priority: priority ?? this.#priority.log.newest(newest), chat: chat ?? log.newest(newest) };
    const position = { priority: ranges.priority.to, chat: ranges.chat.to };
    const end = this.position;
    return {
      recovered: cursor === undefined || (priority !== undefined && chat !== undefined),
      more: position.priority < end.priority || position.chat < end.chat,
      position,
      // What was taken back is the only thing that is missing in priority, and is told by its retract.
      batches: [batchOf(Lane.priority, { ...ranges.priority, skipped: 0 }), batchOf(Lane.chat, ranges.chat)].flat(),
    };
  }

  /** How far a reader has been told chat who has come to an offset of it. To be asked when it comes there: it is forgotten with the log. */
  toldChat(offset: number): number {
    return this.#chat.log.toldAt(offset);
  }

  #chatPerSecond(): number {
    return this.#settings.chatPerSecond ?? this.#options.chatPerSecond;
  }

  #ambientEvents(now: number, unixMs: number): SealedEvent[] {
    const { comments, likes, enters, online } = this.#ambient.take(now);
    const stamp = { offset: 0, at: unixMs };
    const events = [...comments, ...enters.map((user) => SealedEvent.seal(encodeBody({ enter: { user } }), stamp))];
    if (likes) events.push(SealedEvent.seal(encodeBody({ like: likes }), stamp));
    if (online !== undefined) events.push(SealedEvent.seal(encodeBody({ online: { count: online } }), stamp));
    return events;
  }
}

function nothingAfter(offset: number): ToldRange {
  return { from: offset, to: offset, events: [], skipped: 0 };
}

function batchOf(lane: Lane, range: ToldRange): Batch<SealedEvent>[] {
  return range.from === range.to ? [] : [{ lane, from: range.from, to: range.to, skipped: range.skipped, events: range.events }];
}
