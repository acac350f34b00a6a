import type { Cursor } from '../protocol/cursor.ts';
import type { Result } from '../protocol/error-catalog.ts';
import type { RoomNews, RoomSnapshot } from '../room/room.ts';
import type { Entry } from './entry.ts';

/**
 * The seam between processes: it orders, stores and distributes the events of rooms.
 *
 * Order. Each room has one order per log: the broker numbers the events of a lane 1, 2, 3 … under the room's epoch, without holes.
 * Between lanes there is no order but time.
 *
 * Storing. An event is stored before it is distributed, and before `append` answers its ref. The entries of one append are stored all
 * or none, and follow each other in their lanes. The newest `historySize` events of each log are kept.
 *
 * Taking back. With a retract the comments, superchats and notices that it names, stored before it under the room's epoch, leave what is kept:
 * no `read` hands them out from then on. Their offsets stay taken, and are holes in what is read; a range with holes says where it begins
 * and ends all the same. What was on its way already is handed out, and the retract with it or after it.
 *
 * Distributing. Between `follow` and `unfollow` every stored event of the room is handed to the handler once, in order within its lane and
 * without holes but for what was taken back, however it came here: what was lost on the way is read before what came after it is handed out.
 * Handing may begin before `follow` answers. `read` after `follow` has answered, and the handler's calls since, together miss nothing; they
 * may overlap, and the offsets tell. `follow` and `unfollow` of one room take effect in the order of the calls, awaited or not. A followed
 * room whose events cannot be continued (a new epoch has begun, or more was lost than is kept) is handed out as a whole once, by `onReset`,
 * and goes on from there.
 *
 * Counting. Each process announces its own number of viewers of the rooms that it follows, and is told that of all others together, some
 * seconds late. The share of a process that has died expires.
 *
 * Forgetting. A room that nobody follows and that was neither read nor appended to for the broker's idle time may be forgotten. A room
 * that comes back then has a new epoch, so an old cursor is known to be of another life. One in which nothing was ever said may be
 * forgotten at any time while nobody follows it.
 *
 * Trouble. A caller's mistake throws. What cannot be done for now is a refusal with `temporary: true`. Nothing was stored then, or it cannot be
 * told whether: an answer may be lost on its way, or come too late. Whoever repeats an append names it by its key.
 * No method is called after `stop`. `stop` hands out nothing more.
 */
export interface Broker {
  /** @param handler - told of every followed room's events; does not throw */
  start(handler: BrokerHandler): Promise<void>;
  /** Orders, stores and distributes entries, 1 to 100. Refusals: `too_many_rooms`, `room_busy`, `idempotency_mismatch`, `broker_unavailable`. */
  append(room: string, entries: readonly Entry[], options?: AppendOptions): Promise<Result<Receipt>>;
  /** All that is kept of a room; a room not known yet begins here. With `after`, of its own epoch and still kept: what comes after it. */
  read(room: string, after?: Cursor): Promise<Result<RoomSnapshot>>;
  follow(room: string): Promise<void>;
  unfollow(room: string): Promise<void>;
  /** This process has so many viewers in a room that it follows, those who poll among them. Costs nothing when the number has not changed. */
  announce(room: string, viewers: number): void;
  /** Whether the broker can store now. While it cannot, `append` and `read` refuse at once: `broker_unavailable`, with a time to try again. */
  isReady(): boolean;
  stop(): Promise<void>;
}

/** What is told of followed rooms. Calls for a room that has been unfollowed since may still come, and mean nothing. */
export interface BrokerHandler {
  onNews(room: string, epoch: string, news: RoomNews): void;
  /** The room's events do not continue those handed out before: here is all that is kept of it, and `onNews` goes on after it. */
  onReset(room: string, snapshot: RoomSnapshot): void;
  /** How many viewers the other processes have in the room, all together. */
  onElsewhere(room: string, viewers: number): void;
}

export interface AppendOptions {
  /**
   * Names this append within its room: another with the same key, within the key's life, stores nothing and answers the first one's
   * receipt. With other entries it is refused.
   */
  readonly idempotencyKey?: string;
}

export interface Receipt {
  readonly epoch: string;
  /** The name of each entry, in order: `p3`, `c17`, and the empty string for one of the ambient lane. */
  readonly refs: readonly string[];
  /** Nothing was stored now: an append of the same key was, before. */
  readonly isReplay?: true;
}
