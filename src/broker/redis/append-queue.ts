import type { Cancel, Clock } from '../../clock.ts';
import { GaugeShare } from '../../metrics/gauge-share.ts';
import type { Metrics } from '../../metrics/metrics.ts';
import { refuse } from '../../protocol/error-catalog.ts';
import { Lane } from '../../protocol/event.ts';
import type { Entry } from '../entry.ts';
import type { AppendAnswer, PendingAppend, RoomStore } from './room-store.ts';

/** How much may wait, those on their way among them. */
interface Bounds {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

export interface AppendQueueOptions {
  readonly store: Pick<RoomStore, 'append'>;
  readonly clock: Clock;
  readonly metrics: Metrics;
  readonly random: () => number;
  readonly roomBounds?: Bounds;
  readonly processBounds?: Bounds;
}

interface WaitingAppend {
  readonly append: PendingAppend;
  readonly bytes: number;
  readonly isUrgent: boolean;
  readonly answer: (answer: AppendAnswer) => void;
  readonly fail: (error: unknown) => void;
}

interface RoomQueue {
  readonly waiting: WaitingAppend[];
  /** Entries and bytes that wait, those on their way among them. */
  readonly load: Load;
  isCalling: boolean;
  /** When the newest call began. */
  calledAt: number;
  /** How many entries it carried. */
  called: number;
  /** The next look at it; nothing during a call. */
  next: { readonly at: number; readonly cancel: Cancel } | undefined;
}

interface Load {
  entries: number;
  bytes: number;
}

// Five seconds of a room at its ingress limit of 20,000 a second would be more memory than a room is worth: one second waits, the rest is refused.
const ROOM_BOUNDS: Bounds = { maxEntries: 20_000, maxBytes: 8 * 1024 * 1024 };
const PROCESS_BOUNDS: Bounds = { maxEntries: 200_000, maxBytes: 64 * 1024 * 1024 };
// A call holds Redis up for all rooms: so many entries take it about 3 ms.
const MAX_CALL_ENTRIES = 500;
const MAX_CALL_BYTES = 512 * 1024;
/** Least gap between the begins of two calls of one room: the first comment goes at once, those that follow closely share a call. */
const GAP_MS = 20;
/**
 * The gap where calls carry so many entries: a room whose viewers see a flush every 100 ms at most loses nothing by it, and Redis does
 * seven commands for each call, those within the script counted: at 1,000 comments a second 0.09 for each comment.
 */
const HOT_GAP_MS = 80;
const HOT_ENTRIES = 16;
const RETRY_AFTER_MS = 1000;

/**
 * Gathers the appends of each room into calls: those of one turn of the event loop share one, and while a call is on its way the next
 * gathers. So a room has at most one call in flight, and the slower Redis is, the more each call carries.
 *
 *     append append append ── end of turn ──► call ────────► answers
 *                                               append append append append ──(gap)──► call ──► …
 *
 * A priority event waits for the short gap only. Both bounds refuse: a room's own (`room_busy`), and that of the process (`broker_unavailable`).
 */
export class AppendQueue {
  readonly #options: AppendQueueOptions;
  readonly #rooms = new Map<string, RoomQueue>();
  readonly #load: Load = { entries: 0, bytes: 0 };
  readonly #pending: GaugeShare;
  #onEmpty: (() => void)[] = [];

  constructor(options: AppendQueueOptions) {
    this.#options = options;
    this.#pending = new GaugeShare(options.metrics.redisPending);
  }

  /** @throws what the store throws */
  append(name: string, append: PendingAppend): Promise<AppendAnswer> {
    const { metrics, random } = this.#options;
    const load = { entries: append.entries.length, bytes: bytesOf(append) };
    const retryAfterMs = Math.round(RETRY_AFTER_MS * (1 + random()));
    if (isOver(this.#load, load, this.#options.processBounds ?? PROCESS_BOUNDS)) {
      metrics.redisTurnedAway.inc({ bound: 'process' });
      return Promise.resolve(refuse('broker_unavailable', { retryAfterMs }));
    }
    const room = this.#open(name);
    if (isOver(room.load, load, this.#options.roomBounds ?? ROOM_BOUNDS)) {
      metrics.redisTurnedAway.inc({ bound: 'room' });
      return Promise.resolve(refuse('room_busy', { retryAfterMs }));
    }
    return new Promise((answer, fail) => {
      const isUrgent = append.entries.some(({ lane }) => lane === Lane.priority);
      room.waiting.push({ append, bytes: load.bytes, isUrgent, answer, fail });
      this.#carry(room, load, 1);
      if (!room.isCalling && (!room.next || isUrgent)) this.#plan(name, room, isUrgent ? GAP_MS : gapOf(room));
    });
  }

  /** Resolves when nothing waits any more. */
  async drained(): Promise<void> {
    if (this.#load.entries > 0) await new Promise<void>((resolve) => this.#onEmpty.push(resolve));
  }

  /** No timer is left running, and what still waits fails, counted. */
  stop(): void {
    const { metrics } = this.#options;
    for (const { next, waiting } of this.#rooms.values()) {
      next?.cancel();
      metrics.redisTurnedAway.inc({ bound: 'stop' }, waiting.length);
      for (const { fail } of waiting.splice(0)) fail(new Error('the broker has stopped'));
    }
    this.#rooms.clear();
  }

  #open(name: string): RoomQueue {
    const known = this.#rooms.get(name);
    if (known) return known;
    const room: RoomQueue = {
      waiting: [],
      load: { entries: 0, bytes: 0 },
      isCalling: false,
      calledAt: Number.NEGATIVE_INFINITY,
      called: 0,
      next: undefined,
    };
    this.#rooms.set(name, room);
    return room;
  }

  /** Looks at the room when its gap is over: calls then, or forgets it. An earlier look that is planned already stays. */
  #plan(name: string, room: RoomQueue, gapMs: number): void {
    const { clock } = this.#options;
    const at = room.calledAt + gapMs;
    if (room.next) {
      if (room.next.at <= at) return;
      room.next.cancel();
    }
    const look = () => {
      room.next = undefined;
      if (room.waiting.length === 0) this.#rooms.delete(name);
      else void this.#call(name, room);
    };
    const waitMs = at - clock.monotonicMs();
    room.next = { at, cancel: waitMs > 0 ? clock.after(waitMs, look) : atEndOfTurn(clock, look) };
  }

  async #call(name: string, room: RoomQueue): Promise<void> {
    const { clock, store } = this.#options;
    this.#pending.set(this.#load.entries);
    const taken = this.#take(room);
    const load = { entries: 0, bytes: 0 };
    for (const { append, bytes } of taken) {
      load.entries += append.entries.length;
      load.bytes += bytes;
    }
    room.isCalling = true;
    room.calledAt = clock.monotonicMs();
    room.called = load.entries;
    try {
      const answers = await store.append(
        name,
        taken.map(({ append }) => append),
      );
      for (const [index, { answer, fail }] of taken.entries()) {
        const given = answers[index];
        if (given) answer(given);
        else fail(new Error('Redis answered fewer appends than were sent'));
      }
    } catch (error) {
      for (const { fail } of taken) fail(error);
    }
    room.isCalling = false;
    this.#carry(room, load, -1);
    this.#pending.set(this.#load.entries);
    if (this.#rooms.get(name) === room) this.#plan(name, room, room.waiting.some(({ isUrgent }) => isUrgent) ? GAP_MS : gapOf(room));
    if (this.#load.entries === 0) {
      for (const resolve of this.#onEmpty.splice(0)) resolve();
    }
  }

  /** As many of the first as one call carries: one at least. */
  #take(room: RoomQueue): WaitingAppend[] {
    let entries = 0;
    let bytes = 0;
    let count = 0;
    for (const waiting of room.waiting) {
      entries += waiting.append.entries.length;
      bytes += waiting.bytes;
      if (count > 0 && (entries > MAX_CALL_ENTRIES || bytes > MAX_CALL_BYTES)) break;
      count++;
    }
    return room.waiting.splice(0, count);
  }

  #carry(room: RoomQueue, { entries, bytes }: Load, sign: 1 | -1): void {
    for (const load of [room.load, this.#load]) {
      load.entries += sign * entries;
      load.bytes += sign * bytes;
    }
  }
}

function gapOf({ called, load }: RoomQueue): number {
  // Where one call does not take all that waits, there is nothing to gather for.
  if (load.entries >= MAX_CALL_ENTRIES) return 0;
  return called >= HOT_ENTRIES ? HOT_GAP_MS : GAP_MS;
}

function atEndOfTurn(clock: Clock, callback: () => void): Cancel {
  let isTakenBack = false;
  clock.soon(() => {
    if (!isTakenBack) callback();
  });
  return () => {
    isTakenBack = true;
  };
}

function isOver(load: Load, more: Load, { maxEntries, maxBytes }: Bounds): boolean {
  return load.entries + more.entries > maxEntries || load.bytes + more.bytes > maxBytes;
}

// What an entry and its promise cost besides the body.
const ENTRY_OVERHEAD_BYTES = 100;

function bytesOf({ entries, idempotencyKey = '' }: PendingAppend): number {
  return entries.reduce((sum, entry) => sum + ENTRY_OVERHEAD_BYTES + sizeOf(entry), idempotencyKey.length);
}

function sizeOf(entry: Entry): number {
  if (entry.lane !== Lane.ambient) return entry.body.length;
  return 'enter' in entry ? JSON.stringify(entry.enter).length : 0;
}
