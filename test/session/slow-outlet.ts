import type { Clock } from '../../src/clock.ts';
import type { CloseCode } from '../../src/protocol/close-codes.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { Outlet } from '../../src/session/outlet.ts';
import type { Session } from '../../src/session/session.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { SharedJoined } from '../../src/shard/shared-joined.ts';
import type { Cohort } from '../../src/transport/cohort.ts';
import type { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { cursorAfter } from '../support/cursor-after.ts';

export type SentFrame = ServerFrame<SealedEvent>;

/** How many frames wait for a client before the next is dropped. */
export const MAX_WAITING = 3;

interface Membership {
  readonly room: string;
  readonly cohort: Cohort;
  readonly behind: (stood: Cursor) => void;
  /** What was put on its way to the client. */
  cursor: Cursor;
  hasDropped: boolean;
}

/**
 * A connection whose client reads when the test says so. What it has not read waits, and what comes when too much waits is dropped: the
 * contract of `Outlet` by the letter, with frames for bytes.
 */
export class SlowOutlet implements Outlet {
  /** What the client has read. */
  readonly read: SentFrame[] = [];
  readonly closed: CloseCode[] = [];
  /** What the session did about the room's frames, in order. */
  readonly done: string[] = [];
  session: Session | undefined;
  readonly #fanOut: CohortFanOut;
  readonly #clock: Clock;
  #waiting: SentFrame[] = [];
  #membership: Membership | undefined;

  constructor(fanOut: CohortFanOut, clock: Clock) {
    this.#fanOut = fanOut;
    this.#clock = clock;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  send(frame: SentFrame): 'sent' | 'dropped' {
    if (this.#waiting.length >= MAX_WAITING) return 'dropped';
    this.#waiting.push(frame);
    return 'sent';
  }

  backlogBytes(): number {
    return this.#waiting.length;
  }

  enter(room: string, behind: (stood: Cursor) => void): void {
    if (this.#membership) throw new Error(`the connection is in ${this.#membership.room} already`);
    const cohort = this.#fanOut.enter(room, jsonCodec);
    this.#membership = { room, cohort, behind, cursor: cohort.cursor, hasDropped: false };
    this.done.push(`enter ${room}`);
  }

  leave(room: string): void {
    if (!this.#membership) return;
    this.#fanOut.leave(room, this.#membership.cohort);
    this.#membership = undefined;
    this.done.push(`leave ${room}`);
  }

  close(code: CloseCode): void {
    this.closed.push(code);
  }

  /** Fan-out sends to a topic. */
  published(topic: string, shared: SharedFrame | SharedJoined): void {
    const membership = this.#membership;
    if (!membership || (topic !== membership.cohort.chatTopic && topic !== membership.cohort.priorityTopic)) return;
    // Once one was dropped nothing more of the room is sent: what came after it would leave a hole.
    if (!membership.hasDropped && this.send('joined' in shared ? { joined: shared.joined } : { batch: shared.batch }) === 'sent') {
      membership.cursor = cursorAfter(membership.cursor, shared);
    } else if (!membership.hasDropped) {
      membership.hasDropped = true;
      this.#clock.soon(() => {
        if (this.#membership === membership) membership.behind(membership.cursor);
      });
    }
  }

  /** The client reads so much of what waits. */
  take(frames = this.#waiting.length): void {
    const taken = this.#waiting.splice(0, frames);
    this.read.push(...taken);
    if (taken.length > 0) this.session?.drained();
  }

  /** The client reads until nothing comes any more. */
  takeAll(): void {
    while (this.#waiting.length > 0) this.take();
  }
}
