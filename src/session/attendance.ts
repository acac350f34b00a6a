import type { Metrics } from '../metrics/metrics.ts';
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import type { Answer } from '../room/room.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Outlet } from './outlet.ts';
import type { Replies } from './replies.ts';

export interface AttendanceParts {
  readonly outlet: Outlet;
  readonly replies: Replies;
  readonly metrics: Metrics;
}

/**
 * How far a client has been told.
 *
 * - `returning`: it came with a cursor, and is told everything since.
 * - `live`: the room's frames reach it.
 * - `lagging`: it reads too slowly for the room, and is told all of priority, the newest of chat, and how much that leaves out.
 */
type Standing =
  | { readonly kind: 'returning'; cursor: Cursor }
  | { readonly kind: 'live' }
  /** `isReading`: it has read what waited when it fell behind. */
  | { readonly kind: 'lagging'; cursor: Cursor; toldChat: number; isReading: boolean };

const LIVE: Standing = { kind: 'live' };

/**
 * One client's time in a room.
 *
 *     joined ──► returning ── told everything ──► live ◄── told the newest ──┐
 *                                                  └── a frame was dropped ──► lagging
 */
export class Attendance {
  readonly room: LiveRoom;
  readonly #parts: AttendanceParts;
  #standing: Standing = LIVE;

  constructor(room: LiveRoom, parts: AttendanceParts) {
    this.room = room;
    this.#parts = parts;
  }

  /** Enters the room, and tells what comes after the cursor. May end the session, and with it this: a client may leave too much unread. */
  enter(cursor: Cursor | undefined): void {
    this.room.enter();
    const answer = this.room.answerStep(cursor);
    this.#standing = { kind: 'returning', cursor: cursorOf(this.room, answer) };
    this.#tellJoined(answer);
    this.catchUp();
  }

  /**
   * Tells what a client has missed in steps: an answer longer than the connection's backlog may hold would be dropped in part. Each step
   * waits until the client has read the one before. Once there is nothing left, the room's frames follow, in the same turn, so that nothing
   * is published in between.
   */
  catchUp(): void {
    const { room } = this;
    const { outlet, replies } = this.#parts;
    while (this.#standing.kind !== 'live') {
      const standing = this.#standing;
      const { cursor } = standing;
      // Also where it missed nothing but likes: else the next ones would be dropped again.
      if (standing.kind === 'lagging' && !standing.isReading) {
        if (!replies.isAllRead()) return;
        standing.isReading = true;
      }
      if (room.isAt(cursor)) {
        this.#setStanding(LIVE);
        outlet.enter(room.name, (stood) => this.#fellBehind(stood));
        return;
      }
      if (!replies.isAllRead()) return;
      const answer = standing.kind === 'lagging' ? room.answerLagging(cursor, standing.toldChat) : room.answerStep(cursor);
      standing.cursor = cursorOf(room, answer);
      if (standing.kind === 'lagging') standing.toldChat = room.toldChat(standing.cursor);
      // Where it is not recovered, the room has moved on by more than it holds while the client was reading, or goes on elsewhere.
      if (answer.recovered) for (const batch of answer.batches) replies.send({ batch });
      else this.#tellJoined(answer);
    }
  }

  leave(): void {
    this.#parts.outlet.leave(this.room.name);
    this.#setStanding(LIVE);
    this.room.leave();
  }

  #fellBehind(cursor: Cursor): void {
    this.#parts.outlet.leave(this.room.name);
    this.#setStanding({ kind: 'lagging', cursor, toldChat: this.room.toldChat(cursor), isReading: false });
    this.catchUp();
  }

  #setStanding(standing: Standing): void {
    const { lagging } = this.#parts.metrics;
    if (this.#standing.kind === 'lagging') lagging.dec({ transport: 'websocket' });
    this.#standing = standing;
    if (standing.kind === 'lagging') lagging.inc({ transport: 'websocket' });
  }

  #tellJoined({ recovered, position, batches }: Answer): void {
    const { name, epoch, online } = this.room;
    this.#parts.replies.send({ joined: { room: name, epoch, cursor: formatCursor(epoch, position), recovered, online, batches } });
  }
}

/** Written out: V8 copies an object's fields by a spread one by one, for each who joins. */
function cursorOf({ epoch }: LiveRoom, { position: { priority, chat } }: Answer): Cursor {
  return { epoch, priority, chat };
}
