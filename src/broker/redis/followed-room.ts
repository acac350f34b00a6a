import type { Cursor, Position } from '../../protocol/cursor.ts';
import type { SealedEvent } from '../../protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../../room/room.ts';
import type { Head } from './room-store.ts';
import type { StoredNews } from './stored-news.ts';

/** What must be asked of Redis before the room goes on. */
export type Ask =
  | { readonly what: 'rest'; readonly after: Cursor }
  | { readonly what: 'whole' }
  /** Redis has lost what this process has seen of the room: its epoch must end, lest a ref names two events. */
  | { readonly what: 'fence'; readonly seen: Head };

/** What waits in all rooms of a process. */
export interface SharedWaiting {
  bytes: number;
}

export interface FollowedRoomListener {
  onNews(epoch: string, news: RoomNews): void;
  onReset(snapshot: RoomSnapshot): void;
  /** So many messages were given up for want of place; they will be read. */
  onDropped(messages: number): void;
}

// A repair takes a round trip. A room full of talk sends some 100 KB in the second that a slow one takes.
const MAX_WAITING_BYTES = 256 * 1024;
// All rooms of a process together: after an outage every one of them may wait.
const MAX_SHARED_BYTES = 64 * 1024 * 1024;
// What a waiting message costs beside its events.
const MESSAGE_OVERHEAD_BYTES = 200;

/**
 * How far one room has been handed out, and what must be asked before it goes on. Pure: its owner passes in what comes from Redis, and asks
 * for it what `ask` answers, one thing at a time.
 *
 *     message ── continues the position? ── hand out, move on
 *                       │ no: a hole, or another epoch
 *                       └─ wait ── rest asked ── answered ── hand out what was missed ── then what waited
 *                                                   │ it does not continue: trimmed, or another epoch
 *                                                   └─ whole, as a reset ── then what waited
 *
 * A message that came before a question was asked is never of use after the answer: it is part of the answer, of an epoch that is over, or lost.
 * So one answer settles all that waited before its question, however it was mixed up, and what came since is weighed anew.
 */
export class FollowedRoom {
  readonly #listener: FollowedRoomListener;
  readonly #shared: SharedWaiting;
  /** How far the room was handed out; nothing before it has begun. */
  #position: Head | undefined;
  /** The furthest that was seen of the position's epoch, handed out or not. */
  #seen: Head | undefined;
  /** The total that was last handed out. */
  #likes: number | undefined;
  #need: 'nothing' | Ask['what'] = 'nothing';
  #asked: Ask['what'] | undefined;
  /** What had been seen when the question was asked: an answer that knows less comes from a Redis that lost it. */
  #seenWhenAsked: Head | undefined;
  #hasFenced = false;
  #waiting: StoredNews[] = [];
  #waitingBytes = 0;
  /** How many of `#waiting` are older than the question that is out. */
  #olderThanAsked = 0;
  /** Messages were dropped since the last question was asked. */
  #hasDropped = false;

  constructor(listener: FollowedRoomListener, shared: SharedWaiting = { bytes: 0 }) {
    this.#listener = listener;
    this.#shared = shared;
  }

  /** The furthest that was seen; nothing before the room has begun. */
  get seen(): Head | undefined {
    return this.#seen;
  }

  /** Something must be asked, and is not yet. */
  get mustAsk(): boolean {
    return this.#need !== 'nothing' && this.#asked === undefined;
  }

  /** The room is handed out from here on. Messages may have come before: from when the channel was subscribed, before `head` was asked for. */
  begin(head: Head): void {
    this.#position = head;
    this.#seen = head;
    this.#weighWaiting();
    if (this.#hasDropped) this.#need = 'rest';
  }

  received(message: StoredNews): void {
    if (!this.#position) {
      this.#wait(message);
      return;
    }
    this.#see({ epoch: message.epoch, ...message.to });
    if (this.#need === 'nothing' && this.#take(message, this.#position)) return;
    if (this.#need === 'nothing') this.#need = 'rest';
    this.#wait(message);
  }

  /** This process's own append was stored up to there. Its message is on its way. */
  appended(head: Head): void {
    if (!this.#position) return;
    this.#see(head);
    if (head.epoch !== this.#position.epoch && this.#need === 'nothing') this.#need = 'rest';
  }

  /**
   * Redis was asked where the room ends.
   * @param head - nothing where Redis does not know the room
   * @param seen - what `seen` said when it was asked
   */
  checked(head: Head | undefined, seen: Head): void {
    if (!this.#position || this.#need !== 'nothing') return;
    if (head?.epoch !== this.#position.epoch) this.#need = 'rest';
    else if (head.epoch === seen.epoch && isBehind(head, seen)) this.#need = 'fence';
    else if (isBehind(this.#position, head)) this.#need = 'rest';
  }

  /** What is to be asked now, if anything: it is then out, until `answered`, `fenced` or `failed`. */
  ask(): Ask | undefined {
    if (!this.mustAsk || !this.#position || !this.#seen) return undefined;
    const { priority, chat, epoch } = this.#position;
    this.#asked = this.#need === 'nothing' ? undefined : this.#need;
    this.#seenWhenAsked = this.#seen;
    this.#olderThanAsked = this.#waiting.length;
    this.#hasDropped = false;
    switch (this.#asked) {
      case 'rest':
        return { what: 'rest', after: { epoch, priority, chat } };
      case 'whole':
        return { what: 'whole' };
      case 'fence':
        return { what: 'fence', seen: this.#seen };
      case undefined:
        return undefined;
    }
  }

  /** The rest or the whole was read. */
  answered(snapshot: RoomSnapshot): void {
    const position = this.#position;
    const asked = this.#asked;
    const seen = this.#seenWhenAsked;
    this.#asked = undefined;
    if (!position || !seen) return;
    const isOfEpoch = snapshot.epoch === position.epoch;
    const isLost = isOfEpoch && isBehind(endOf(snapshot), seen);
    if (isLost && !this.#hasFenced) {
      this.#need = 'fence';
    } else if (asked === 'rest' && isOfEpoch && !isLost && continues(snapshot, position)) {
      this.#handRest(snapshot, position);
      this.#goOn();
    } else if (asked === 'rest' && isOfEpoch) {
      this.#seeFurther(endOf(snapshot));
      this.#need = 'whole';
    } else {
      this.#position = endOf(snapshot);
      this.#seen = this.#position;
      this.#likes = snapshot.likes;
      this.#listener.onReset(snapshot);
      this.#goOn();
    }
  }

  /** The epoch has ended where it had to. */
  fenced(): void {
    this.#asked = undefined;
    this.#hasFenced = true;
    this.#need = 'rest';
  }

  /** What was asked must be asked again. */
  failed(): void {
    this.#asked = undefined;
  }

  /** The room is not followed any more. */
  end(): void {
    this.#dropWaiting();
  }

  #goOn(): void {
    this.#need = 'nothing';
    this.#hasFenced = false;
    this.#waiting = this.#waiting.slice(this.#olderThanAsked);
    this.#weighWaiting();
    if (this.#hasDropped && this.#need === 'nothing') this.#need = 'rest';
  }

  #weighWaiting(): void {
    const waiting = this.#waiting;
    this.#dropWaiting();
    for (const message of waiting) this.received(message);
  }

  #dropWaiting(): void {
    this.#shared.bytes -= this.#waitingBytes;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#olderThanAsked = 0;
  }

  #wait(message: StoredNews): void {
    const bytes = sizeOf(message);
    if (this.#waitingBytes + bytes <= MAX_WAITING_BYTES && this.#shared.bytes + bytes <= MAX_SHARED_BYTES) {
      this.#waiting.push(message);
      this.#waitingBytes += bytes;
      this.#shared.bytes += bytes;
      return;
    }
    this.#listener.onDropped(this.#waiting.length + 1);
    this.#dropWaiting();
    this.#hasDropped = true;
    if (this.#need === 'nothing' && this.#position) this.#need = 'rest';
  }

  #see(head: Head): void {
    const seen = this.#seen;
    if (seen?.epoch !== head.epoch) return;
    if (isBehind(seen, head)) {
      this.#seen = { ...seen, priority: Math.max(seen.priority, head.priority), chat: Math.max(seen.chat, head.chat) };
    }
  }

  /** An end that is told though nothing of it can be handed out: a Redis that loses it from here on is to be fenced off, whatever was before. */
  #seeFurther(end: Head): void {
    const before = this.#seen;
    this.#see(end);
    if (this.#seen !== before) this.#hasFenced = false;
  }

  /** Hands out what a message adds to the position. Answers false, and does nothing, where it does not continue it. */
  #take({ epoch, from, to, news }: StoredNews, position: Head): boolean {
    if (epoch !== position.epoch || isBehind(position, from)) return false;
    const priority = after(news.priority, position.priority);
    const chat = after(news.chat, position.chat);
    const hasEvents = news.priority.length + news.chat.length > 0;
    const isNew = hasEvents ? priority.length + chat.length > 0 : !isBehind(to, position);
    this.#position = { epoch, priority: Math.max(position.priority, to.priority), chat: Math.max(position.chat, to.chat) };
    this.#hand({
      priority,
      chat,
      enters: isNew ? news.enters : [],
      ...this.#likesSince(news.likes),
      ...(priority.length > 0 && news.settings && { settings: news.settings }),
    });
    return true;
  }

  #handRest({ epoch, priority, chat, likes, settings }: RoomSnapshot, position: Head): void {
    const missed = after(priority.events, position.priority);
    this.#position = { epoch, priority: priority.to, chat: chat.to };
    this.#see(this.#position);
    const count = likes - (this.#likes ?? likes);
    this.#hand({
      priority: missed,
      chat: after(chat.events, position.chat),
      chatTo: chat.to,
      enters: [],
      ...this.#likesSince({ count, total: likes }),
      ...(missed.length > 0 && { settings }),
    });
  }

  /** Totals only grow: what a repair told is not told again by a message that waited, and one that was lost is made up for by the next. */
  #likesSince(likes: RoomNews['likes']): Pick<RoomNews, 'likes'> {
    if (!likes || likes.total <= (this.#likes ?? -1)) return {};
    const count = this.#likes === undefined ? likes.count : likes.total - this.#likes;
    this.#likes = likes.total;
    return count > 0 ? { likes: { count, total: likes.total } } : {};
  }

  #hand(news: RoomNews): void {
    if (!this.#position) return;
    if (news.priority.length + news.chat.length + news.enters.length === 0 && !news.likes) return;
    this.#listener.onNews(this.#position.epoch, news);
  }
}

function isBehind(a: Position, b: Position): boolean {
  return a.priority < b.priority || a.chat < b.chat;
}

function endOf({ epoch, priority, chat }: RoomSnapshot): Head {
  return { epoch, priority: priority.to, chat: chat.to };
}

function continues({ priority, chat }: RoomSnapshot, position: Position): boolean {
  return priority.from <= position.priority && chat.from <= position.chat;
}

function after(events: readonly SealedEvent[], offset: number): readonly SealedEvent[] {
  const [first] = events;
  // Nearly always all of them.
  return first === undefined || first.offset > offset ? events : events.filter((event) => event.offset > offset);
}

function sizeOf({ news }: StoredNews): number {
  let bytes = MESSAGE_OVERHEAD_BYTES + news.enters.length * MESSAGE_OVERHEAD_BYTES;
  for (const event of news.priority) bytes += event.protobuf.length + MESSAGE_OVERHEAD_BYTES;
  for (const event of news.chat) bytes += event.protobuf.length + MESSAGE_OVERHEAD_BYTES;
  return bytes;
}
