import type { Clock } from '../../clock.ts';
import type { Head } from './room-store.ts';

export interface KnownRoomsOptions {
  readonly maxRooms: number;
  readonly roomIdleMs: number;
  readonly clock: Clock;
}

interface KnownRoom {
  head: Head | undefined;
  touchedAt: number;
}

// Redis may keep a room for longer: what it loses of one that was left alone for a day is not found out by this process.
const MAX_IDLE_MS = 86_400_000;

/**
 * The rooms that this process has had to do with, and how far it has seen each: what Redis may not fall behind of. Bounded: one more is
 * refused, unless a room has been left alone for the idle time, or nothing was ever said in it.
 */
export class KnownRooms {
  readonly #options: KnownRoomsOptions;
  readonly #followed = new Map<string, KnownRoom>();
  /** Not followed, the longest untouched first: those in which something was said, and those in which nothing was. */
  readonly #said = new Map<string, KnownRoom>();
  readonly #unsaid = new Map<string, KnownRoom>();

  constructor(options: KnownRoomsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#followed.size + this.#said.size + this.#unsaid.size;
  }

  /** Takes the room in, or says that there is no place. */
  admit(name: string): boolean {
    const touchedAt = this.#options.clock.monotonicMs();
    const followed = this.#followed.get(name);
    if (followed) {
      followed.touchedAt = touchedAt;
      return true;
    }
    const known = this.#take(name);
    if (!known && this.size >= this.#options.maxRooms && !this.#makePlace(touchedAt)) return false;
    this.#put(name, { head: known?.head, touchedAt });
    return true;
  }

  head(name: string): Head | undefined {
    return (this.#followed.get(name) ?? this.#said.get(name) ?? this.#unsaid.get(name))?.head;
  }

  /** Redis has answered where the room ends. Answers may come in another order than they were given: the furthest of an epoch counts. */
  saw(name: string, head: Head): void {
    const followed = this.#followed.get(name);
    const known = followed ?? this.#take(name);
    if (!known) return;
    known.head = furthest(known.head, head);
    if (!followed) this.#put(name, known);
  }

  /** Followed by viewers here, however many rooms there are: those who follow have bounds of their own. */
  follow(name: string): void {
    const known = this.#take(name) ?? this.#followed.get(name);
    this.#followed.set(name, known ?? { head: undefined, touchedAt: this.#options.clock.monotonicMs() });
  }

  unfollow(name: string): void {
    const known = this.#followed.get(name);
    if (!known) return;
    this.#followed.delete(name);
    known.touchedAt = this.#options.clock.monotonicMs();
    this.#put(name, known);
  }

  #take(name: string): KnownRoom | undefined {
    const rooms = this.#said.has(name) ? this.#said : this.#unsaid;
    const known = rooms.get(name);
    rooms.delete(name);
    return known;
  }

  #put(name: string, room: KnownRoom): void {
    const isSaid = room.head !== undefined && (room.head.priority > 0 || room.head.chat > 0);
    (isSaid ? this.#said : this.#unsaid).set(name, room);
  }

  #makePlace(now: number): boolean {
    const [oldest] = this.#said;
    if (oldest && now - oldest[1].touchedAt >= Math.min(this.#options.roomIdleMs, MAX_IDLE_MS)) return this.#said.delete(oldest[0]);
    const [unsaid] = this.#unsaid.keys();
    return unsaid !== undefined && this.#unsaid.delete(unsaid);
  }
}

function furthest(known: Head | undefined, head: Head): Head {
  if (known?.epoch !== head.epoch) return head;
  return { epoch: head.epoch, priority: Math.max(known.priority, head.priority), chat: Math.max(known.chat, head.chat) };
}
