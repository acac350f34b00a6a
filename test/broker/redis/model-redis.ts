import type { Ask } from '../../../src/broker/redis/followed-room.ts';
import type { Head } from '../../../src/broker/redis/room-store.ts';
import type { StoredNews } from '../../../src/broker/redis/stored-news.ts';
import type { LoggedLane } from '../../../src/protocol/event.ts';
import type { SealedEvent } from '../../../src/protocol/sealed-event.ts';
import type { LogRange } from '../../../src/room/log.ts';
import type { RoomNews, RoomSnapshot } from '../../../src/room/room.ts';
import { sealedText } from '../../support/events.ts';

interface Stored {
  readonly epoch: string;
  readonly likes: number;
  readonly priority: readonly SealedEvent[];
  readonly chat: readonly SealedEvent[];
}

export interface Said {
  readonly priority: number;
  readonly chat: number;
  readonly likes: number;
}

/** One room as Redis would keep it, without Redis: every event for ever, of which only the newest are read. */
export class ModelRedis {
  readonly #history: number;
  #epochs = 1;
  #events = 0;
  #now: Stored = { epoch: 'e1', likes: 0, priority: [], chat: [] };
  /** What it would come back with after a failover. */
  #replicated: Stored = this.#now;
  /** Where the logs ended before a failover. */
  #lost: Head | undefined;

  constructor(history: number) {
    this.#history = history;
  }

  get head(): Head {
    const { epoch, priority, chat } = this.#now;
    return { epoch, priority: priority.length, chat: chat.length };
  }

  get likes(): number {
    return this.#now.likes;
  }

  /** What the logs hold at an offset, now. */
  eventAt(lane: LoggedLane, offset: number): SealedEvent | undefined {
    return this.#now[lane][offset - 1];
  }

  /** By a process that knows what was lost in a failover: a new epoch then begins. */
  append(said: Said): StoredNews {
    this.fence(this.#lost);
    const { epoch } = this.#now;
    const from = { priority: this.#now.priority.length, chat: this.#now.chat.length };
    const priority = this.#make(said.priority, from.priority);
    const chat = this.#make(said.chat, from.chat);
    const likes = this.#now.likes + said.likes;
    this.#now = { epoch, likes, priority: [...this.#now.priority, ...priority], chat: [...this.#now.chat, ...chat] };
    const news: RoomNews = { priority, chat, enters: [], ...(said.likes > 0 && { likes: { count: said.likes, total: likes } }) };
    return { epoch, from, to: { priority: from.priority + said.priority, chat: from.chat + said.chat }, news };
  }

  replicate(): void {
    this.#replicated = this.#now;
  }

  /** The replica takes over: what was stored since it was copied is lost. */
  failOver(): void {
    const { head } = this;
    const isNews = this.#lost?.epoch !== head.epoch || this.#lost.priority < head.priority || this.#lost.chat < head.chat;
    if (isNews) this.#lost = head;
    this.#now = this.#replicated;
  }

  wipe(): void {
    this.#now = { epoch: this.#newEpoch(), likes: 0, priority: [], chat: [] };
    this.#replicated = this.#now;
  }

  fence(seen: Head | undefined): void {
    const { epoch, priority, chat } = this.head;
    if (seen?.epoch !== epoch || (priority >= seen.priority && chat >= seen.chat)) return;
    this.#now = { ...this.#now, epoch: this.#newEpoch() };
    this.#replicated = this.#now;
  }

  read(ask: Exclude<Ask, { what: 'fence' }>): RoomSnapshot {
    const { epoch, likes, priority, chat } = this.#now;
    const cursor = ask.what === 'rest' && ask.after.epoch === epoch ? ask.after : undefined;
    return { epoch, likes, settings: {}, priority: this.#after(priority, cursor?.priority), chat: this.#after(chat, cursor?.chat) };
  }

  #after(log: readonly SealedEvent[], offset = 0): LogRange {
    const start = Math.max(0, log.length - this.#history);
    const from = offset >= start && offset <= log.length ? offset : start;
    return { from, to: log.length, events: log.slice(from) };
  }

  #make(count: number, end: number): SealedEvent[] {
    return Array.from({ length: count }, (_, index) => sealedText(`${++this.#events}`, end + index + 1));
  }

  #newEpoch(): string {
    return `e${++this.#epochs}`;
  }
}
