import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { formatRef, Lane, type LoggedLane, offsetsNamed, type Settings, type User } from '../protocol/event.ts';
import { SealedEvent } from '../protocol/sealed-event.ts';
import { Log, type LogRange } from '../room/log.ts';
import type { RoomSnapshot } from '../room/room.ts';
import type { AppendOptions, Broker, BrokerHandler, Receipt } from './broker.ts';
import { ComboBook } from './combo-book.ts';
import type { Entry } from './entry.ts';
import { fingerprintOf } from './fingerprint.ts';
import { ReceiptBook } from './receipt-book.ts';

export interface MemoryBrokerOptions {
  readonly historySize: number;
  readonly roomIdleMs: number;
  readonly maxRooms: number;
  readonly idempotencyTtlMs: number;
  /** For how long the same gift of the same viewer continues a combo. */
  readonly comboMs: number;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** A name for a new room's logs: 1 to 16 of a-z and 0-9, never the same twice. */
  readonly newEpoch: () => string;
}

interface StoredRoom {
  readonly epoch: string;
  readonly logs: Record<LoggedLane, Log>;
  readonly receipts: ReceiptBook;
  readonly combos: ComboBook;
  likes: number;
  settings: Settings;
  isFollowed: boolean;
  touchedAt: number;
}

// Looking over the rooms costs about a microsecond each: ten times within the idle time finds an idle room soon enough.
const SWEEPS_PER_IDLE_TIME = 10;

/** The embedded engine: one process, no dependency. What it holds is gone with the process, and rooms then begin a new epoch. */
export class MemoryBroker implements Broker {
  readonly #options: MemoryBrokerOptions;
  readonly #rooms = new Map<string, StoredRoom>();
  #handler: BrokerHandler | undefined;
  #cancelSweep: Cancel | undefined;

  constructor(options: MemoryBrokerOptions) {
    this.#options = options;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  async start(handler: BrokerHandler): Promise<void> {
    this.#handler = handler;
    this.#planSweep();
  }

  async append(name: string, entries: readonly Entry[], { idempotencyKey }: AppendOptions = {}): Promise<Result<Receipt>> {
    const room = this.#open(name);
    if (!room) return refuse('too_many_rooms');
    if (idempotencyKey === undefined) return accept(this.#store(name, room, entries));
    const now = this.#options.clock.monotonicMs();
    const fingerprint = fingerprintOf(entries);
    const earlier = room.receipts.find(idempotencyKey, now);
    if (earlier)
      return earlier.fingerprint === fingerprint ? accept({ ...earlier.receipt, isReplay: true }) : refuse('idempotency_mismatch');
    const receipt = this.#store(name, room, entries);
    const { evicted } = room.receipts.keep(idempotencyKey, { fingerprint, receipt }, now);
    if (evicted > 0) this.#options.metrics.receiptsEvicted.inc(evicted);
    return accept(receipt);
  }

  async read(name: string, after?: Cursor): Promise<Result<RoomSnapshot>> {
    const room = this.#open(name);
    if (!room) return refuse('too_many_rooms');
    const known = after?.epoch === room.epoch ? after : undefined;
    return accept({
      epoch: room.epoch,
      priority: rest(room.logs.priority, known?.priority),
      chat: rest(room.logs.chat, known?.chat),
      likes: room.likes,
      settings: room.settings,
    });
  }

  async follow(name: string): Promise<void> {
    const room = this.#open(name);
    if (room) room.isFollowed = true;
  }

  async unfollow(name: string): Promise<void> {
    const room = this.#rooms.get(name);
    if (room) room.isFollowed = false;
  }

  announce(): void {
    // There is no other process to tell.
  }

  isReady(): boolean {
    return this.#handler !== undefined;
  }

  async stop(): Promise<void> {
    this.#handler = undefined;
    this.#cancelSweep?.();
  }

  /** Answers nothing when the room is new and there are as many as there may be. */
  #open(name: string): StoredRoom | undefined {
    const { clock, comboMs, historySize, idempotencyTtlMs, maxRooms, newEpoch } = this.#options;
    const touchedAt = clock.monotonicMs();
    const known = this.#rooms.get(name);
    if (known) {
      known.touchedAt = touchedAt;
      return known;
    }
    if (this.#rooms.size >= maxRooms && !this.#makePlace()) return undefined;
    const room: StoredRoom = {
      epoch: newEpoch(),
      logs: { priority: new Log(historySize), chat: new Log(historySize) },
      receipts: new ReceiptBook(idempotencyTtlMs),
      combos: new ComboBook(comboMs),
      likes: 0,
      settings: {},
      isFollowed: false,
      touchedAt,
    };
    this.#rooms.set(name, room);
    return room;
  }

  /** Forgets the first room that nobody follows and in which nothing was ever said. */
  #makePlace(): boolean {
    for (const [name, { isFollowed, likes, logs }] of this.#rooms) {
      if (!isFollowed && likes === 0 && logs.priority.end === 0 && logs.chat.end === 0) return this.#rooms.delete(name);
    }
    return false;
  }

  #store(name: string, room: StoredRoom, entries: readonly Entry[]): Receipt {
    const at = this.#options.clock.unixMs();
    const stored: Record<LoggedLane, SealedEvent[]> = { priority: [], chat: [] };
    const enters: User[] = [];
    let likes = 0;
    let settings: Settings | undefined;
    const refs = entries.map((entry) => {
      if (entry.lane === Lane.ambient) {
        if ('enter' in entry) enters.push(entry.enter);
        else likes += entry.likes;
        return '';
      }
      const offset = room.logs[entry.lane].end + 1;
      const event = SealedEvent.seal(entry.body, { offset, at, combo: this.#comboOf(room, entry) });
      if (entry.lane === Lane.priority && entry.retracts) takeBack(room, entry.retracts);
      room.logs[entry.lane].append(event);
      stored[entry.lane].push(event);
      if (entry.lane === Lane.priority && entry.settings) settings = entry.settings;
      return formatRef(entry.lane, offset);
    });
    room.likes += likes;
    if (settings) room.settings = settings;
    if (room.isFollowed) {
      this.#handler?.onNews(name, room.epoch, {
        priority: stored.priority,
        chat: stored.chat,
        enters,
        ...(likes > 0 && { likes: { count: likes, total: room.likes } }),
        ...(settings && { settings }),
      });
    }
    return { epoch: room.epoch, refs };
  }

  #comboOf(room: StoredRoom, entry: Entry): number | undefined {
    if (entry.lane !== Lane.priority || !entry.combo) return undefined;
    const step = room.combos.next(entry.combo, this.#options.clock.monotonicMs());
    return step > 1 ? step : undefined;
  }

  #planSweep(): void {
    const { clock, roomIdleMs } = this.#options;
    this.#cancelSweep = clock.after(roomIdleMs / SWEEPS_PER_IDLE_TIME, () => {
      const idleSince = clock.monotonicMs() - roomIdleMs;
      for (const [name, room] of this.#rooms) {
        room.receipts.dropExpired(clock.monotonicMs());
        room.combos.dropOver(clock.monotonicMs());
        if (!room.isFollowed && room.touchedAt <= idleSince) this.#rooms.delete(name);
      }
      this.#planSweep();
    });
  }
}

function takeBack({ logs }: StoredRoom, refs: readonly string[]): void {
  logs.priority.takeBack(offsetsNamed(refs, Lane.priority));
  logs.chat.takeBack(offsetsNamed(refs, Lane.chat));
}

/** Nothing is ever skipped here: folding is a matter of the rooms. */
function rest(log: Log, after: number | undefined): LogRange {
  const { from, to, events } = (after === undefined ? undefined : log.after(after)) ?? log.newest(log.capacity);
  return { from, to, events };
}
