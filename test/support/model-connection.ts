import type { Clock } from '../../src/clock.ts';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Cursor } from '../../src/protocol/cursor.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { Outlet } from '../../src/session/outlet.ts';
import { Session } from '../../src/session/session.ts';
import type { FanOut } from '../../src/shard/fan-out.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { SharedJoined } from '../../src/shard/shared-joined.ts';
import type { Cohort } from '../../src/transport/cohort.ts';
import type { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { cursorAfter } from './cursor-after.ts';
import { metrics } from './metrics.ts';
import type { FakeProcess } from './process.ts';
import type { Reading } from './reading.ts';
import { openSpeaker } from './speakers.ts';

export type ModelProcess = Omit<FakeProcess<FanOut>, 'fanOut'>;

/** A viewer's way to read the room `r` of a process under a manual clock, with a network in between that the test moves by hand. */
export interface ModelConnection {
  /** The next of what is on its way to the viewer arrives. Answers whether anything was. */
  arrive(): boolean;
  /** It is lost instead, as a connection can be cut with it. */
  lose(): void;
  end(): void;
}

/** A network holds so many frames of a push connection: what comes then is dropped. */
const MAX_ON_ITS_WAY = 3;
/** Nobody is given up here for reading slowly. */
export const NEVER_MS = 1e12;

interface Membership {
  readonly cohort: Cohort;
  readonly behind: (stood: Cursor) => void;
  /** What was put on its way. */
  cursor: Cursor;
  hasDropped: boolean;
}

/** A connection that the server pushes into, with the real session and cohorts behind it. What is cut off is gone with all in it. */
export class PushConnection implements ModelConnection, Outlet {
  readonly codec: Codec;
  /** How often it fell behind the room. */
  lagged = 0;
  readonly #clock: Clock;
  readonly #fanOut: CohortFanOut;
  readonly #reading: Reading;
  readonly #session: Session;
  #onItsWay: Uint8Array[] = [];
  #membership: Membership | undefined;
  #hasEnded = false;

  constructor(process: ModelProcess, { codec, fanOut, reading }: { codec: Codec; fanOut: CohortFanOut; reading: Reading }) {
    this.codec = codec;
    this.#clock = process.clock;
    this.#fanOut = fanOut;
    this.#reading = reading;
    this.#session = new Session(this, openSpeaker({ id: 'g', name: 'g' }), {
      ...process,
      metrics,
      joinTimeoutMs: 1000,
      lagTimeoutMs: NEVER_MS,
    });
    this.#session.joinAtOnce('r', reading.cursor);
  }

  arrive(): boolean {
    const message = this.#onItsWay.shift();
    if (!message) return false;
    const frame = this.codec.decodeServerFrame(this.codec.isBinary ? message : Buffer.from(message).toString());
    if (!frame) throw new Error('not a frame of this codec');
    if ('joined' in frame) this.#reading.answered(frame.joined);
    if ('batch' in frame) this.#reading.take(frame.batch);
    // Before anything else comes: there is place again, and it would come with a hole before it.
    this.#fallBehind();
    if (!this.#hasEnded) this.#session.drained();
    return true;
  }

  lose(): void {
    this.end();
  }

  end(): void {
    if (!this.#hasEnded) this.#session.ended();
    this.#hasEnded = true;
    this.#onItsWay = [];
  }

  published(topic: string, frame: SharedFrame | SharedJoined): void {
    const membership = this.#membership;
    if (!membership || (topic !== membership.cohort.chatTopic && topic !== membership.cohort.priorityTopic)) return;
    if (membership.hasDropped) return;
    if (this.#carry(frame.bytes(this.codec)) === 'dropped') {
      membership.hasDropped = true;
      // In the next turn, as of a real socket, whose topics must not be touched in this one.
      this.#clock.soon(() => {
        if (this.#membership === membership) this.#fallBehind();
      });
    } else {
      membership.cursor = cursorAfter(membership.cursor, frame);
    }
  }

  send(frame: ServerFrame<SealedEvent>): 'sent' | 'dropped' {
    return this.#carry(this.codec.encodeServerFrame(frame));
  }

  backlogBytes(): number {
    return this.#onItsWay.reduce((sum, { length }) => sum + length, 0);
  }

  enter(room: string, behind: (stood: Cursor) => void): void {
    const cohort = this.#fanOut.enter(room, this.codec);
    this.#membership = { cohort, behind, cursor: cohort.cursor, hasDropped: false };
  }

  leave(room: string): void {
    if (this.#membership) this.#fanOut.leave(room, this.#membership.cohort);
    this.#membership = undefined;
  }

  close(): void {
    throw new Error('nobody is closed here');
  }

  #carry(message: Uint8Array): 'sent' | 'dropped' {
    if (this.#onItsWay.length >= MAX_ON_ITS_WAY) return 'dropped';
    this.#onItsWay.push(message);
    return 'sent';
  }

  #fallBehind(): void {
    if (!this.#membership?.hasDropped || this.#hasEnded) return;
    this.lagged++;
    this.#membership.behind(this.#membership.cursor);
  }
}
