import type { Broker, BrokerHandler } from '../broker/broker.ts';
import { followAndRead, unfollow } from '../broker/follow-and-read.ts';
import { type BrokerTrouble, unavailable } from '../broker/trouble.ts';
import { type Cancel, pause } from '../clock.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { Room, type RoomNews, type RoomOptions, type RoomSnapshot } from '../room/room.ts';
import { LiveRoom, type LiveRoomParts } from './live-room.ts';

export interface ShardOptions extends RoomOptions {
  /** The widest window of chat; the narrowest is `flushMs`. */
  readonly flushMaxMs: number;
  readonly roomIdleMs: number;
  readonly maxRooms: number;
}

interface ShardParts extends Omit<LiveRoomParts, 'window' | 'announce'> {
  readonly broker: Broker;
  readonly trouble: BrokerTrouble;
}

/** Within this turn wherever the room is open, as it is for all but the first. */
export type Opened = Result<LiveRoom> | Promise<Result<LiveRoom>>;

/** A room while the broker is asked for it: what the broker hands out meanwhile is kept for when the answer is there. */
interface OpeningRoom {
  readonly opened: Promise<Result<LiveRoom>>;
  readonly kept: Kept;
}

interface Kept {
  /** With it the room goes on, whatever was read: `news` came after it. */
  reset: RoomSnapshot | undefined;
  news: { readonly epoch: string; readonly news: RoomNews }[];
  elsewhere: number;
}

// A read is given up after seconds, and the busiest room's news come some hundred times a second. Where it is more, the room does not open.
const MAX_KEPT_NEWS = 10_000;

/** For how long a viewer whom another process has told more waits for this one to come as far; then its cursor is of no use. */
const BEHIND_MS = 1000;
const BEHIND_TICK_MS = 20;

const SWEEPS_PER_IDLE_TIME = 10;

/**
 * A group of this process's rooms: opens each when someone asks for it, feeds it what the broker hands out, and forgets it after it has
 * been empty for `roomIdleMs`. The broker then decides whether it continues one day or begins a new epoch.
 */
export class Shard implements BrokerHandler {
  readonly #options: ShardOptions;
  readonly #parts: ShardParts;
  readonly #rooms = new Map<string, LiveRoom>();
  readonly #opening = new Map<string, OpeningRoom>();
  #cancelSweep: Cancel | undefined;
  #isStopped = false;

  constructor(options: ShardOptions, parts: ShardParts) {
    this.#options = options;
    this.#parts = parts;
  }

  /** The rooms held open, in no order. */
  get rooms(): Iterable<LiveRoom> {
    return this.#rooms.values();
  }

  /** The room, if it is open already. */
  find(name: string): LiveRoom | undefined {
    return this.#rooms.get(name);
  }

  /** Whether it is open, or about to be. */
  knows(name: string): boolean {
    return this.#rooms.has(name) || this.#opening.has(name);
  }

  start(): void {
    this.#planSweep();
  }

  /**
   * The room, opened if need be, and waited for where a viewer's cursor is ahead of it: another process has flushed what waits here still.
   * Refusals: `too_many_rooms`, `broker_unavailable`.
   */
  open(name: string, cursor?: Cursor): Opened {
    const known = this.#rooms.get(name);
    if (!known || (cursor && known.isBehind(cursor))) return cursor ? this.#openUpTo(name, cursor) : this.#openNow(name);
    known.touch();
    return accept(known);
  }

  onNews(name: string, epoch: string, news: RoomNews): void {
    const room = this.#rooms.get(name);
    const kept = this.#opening.get(name)?.kept;
    if (room) this.#take(room, epoch, news);
    else if (kept && kept.news.length <= MAX_KEPT_NEWS) kept.news.push({ epoch, news });
  }

  onReset(name: string, snapshot: RoomSnapshot): void {
    const kept = this.#opening.get(name)?.kept;
    if (kept) {
      kept.reset = snapshot;
      kept.news = [];
    }
    this.#rooms.get(name)?.reset(snapshot, this.#options);
  }

  onElsewhere(name: string, viewers: number): void {
    const kept = this.#opening.get(name)?.kept;
    if (kept) kept.elsewhere = viewers;
    this.#rooms.get(name)?.setElsewhere(viewers);
  }

  /** Sends everything that is pending. */
  flushAll(): void {
    for (const room of this.#rooms.values()) room.flushNow();
  }

  stop(): void {
    this.#isStopped = true;
    this.#cancelSweep?.();
    for (const room of this.#rooms.values()) room.close();
    this.#rooms.clear();
    this.#parts.metrics.rooms.set(0);
  }

  async #openUpTo(name: string, cursor: Cursor): Promise<Result<LiveRoom>> {
    const opened = await this.#openNow(name);
    if (!opened.ok || !opened.value.isBehind(cursor)) return opened;
    const { clock } = this.#parts;
    for (let waitedMs = 0; waitedMs < BEHIND_MS && this.#rooms.get(name)?.isBehind(cursor); waitedMs += BEHIND_TICK_MS) {
      await pause(clock, BEHIND_TICK_MS);
    }
    return this.#openNow(name); // it may have been forgotten meanwhile
  }

  async #openNow(name: string): Promise<Result<LiveRoom>> {
    const known = this.#rooms.get(name);
    if (known) {
      known.touch();
      return accept(known);
    }
    const opening = this.#opening.get(name);
    if (opening) return opening.opened;
    if (!this.#parts.broker.isReady()) return unavailable();
    if (this.#rooms.size + this.#opening.size >= this.#options.maxRooms && !this.#makePlace()) return refuse('too_many_rooms');
    const kept: Kept = { reset: undefined, news: [], elsewhere: 0 };
    const opened = this.#open(name, kept).finally(() => this.#opening.delete(name));
    this.#opening.set(name, { opened, kept });
    return opened;
  }

  async #open(name: string, kept: Kept): Promise<Result<LiveRoom>> {
    const { broker, metrics } = this.#parts;
    const { flushMs, flushMaxMs } = this.#options;
    const read = await followAndRead(name, this.#parts);
    const isOverfull = kept.news.length > MAX_KEPT_NEWS;
    const snapshot = this.#isStopped ? refuse('draining') : isOverfull ? unavailable() : read;
    if (!snapshot.ok) {
      unfollow(name, this.#parts);
      return snapshot;
    }
    const room = new LiveRoom(name, new Room(kept.reset ?? snapshot.value, this.#options), {
      ...this.#parts,
      window: { minMs: flushMs, maxMs: flushMaxMs },
      announce: (...told) => broker.announce(...told),
    });
    for (const { epoch, news } of kept.news) this.#take(room, epoch, news);
    room.setElsewhere(kept.elsewhere);
    this.#rooms.set(name, room);
    metrics.rooms.set(this.#rooms.size);
    return accept(room);
  }

  /** News of another life cannot be told under this one's offsets. The broker tells a reset, before it or soon. */
  #take(room: LiveRoom, epoch: string, news: RoomNews): void {
    if (epoch === room.epoch) room.accept(news);
    else this.#parts.metrics.newsIgnored.inc();
  }

  #planSweep(): void {
    const { clock, metrics } = this.#parts;
    this.#cancelSweep = clock.after(this.#options.roomIdleMs / SWEEPS_PER_IDLE_TIME, () => {
      const idleSince = clock.monotonicMs() - this.#options.roomIdleMs;
      for (const [name, room] of this.#rooms) {
        if (room.emptySince !== undefined && room.emptySince <= idleSince) this.#forget(name, room);
      }
      metrics.rooms.set(this.#rooms.size);
      this.#planSweep();
    });
  }

  /** Forgets the first room that nobody has used: asking about rooms that do not exist keeps nobody out of others. */
  #makePlace(): boolean {
    for (const [name, room] of this.#rooms) {
      if (!room.isUnused) continue;
      this.#forget(name, room);
      this.#parts.metrics.roomsEvicted.inc();
      return true;
    }
    return false;
  }

  #forget(name: string, room: LiveRoom): void {
    room.close();
    this.#rooms.delete(name);
    unfollow(name, this.#parts);
  }
}
