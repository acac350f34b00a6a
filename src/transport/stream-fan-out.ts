import type { Clock } from '../clock.ts';
import type { Cursor } from '../protocol/cursor.ts';
import { jsonCodec } from '../protocol/json-codec.ts';
import type { FanOut } from '../shard/fan-out.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';
import type { SharedJoined } from '../shard/shared-joined.ts';
import type { Cohort } from './cohort.ts';
import { CohortFanOut } from './cohort-fan-out.ts';
import { encodeBatchEvent, encodeWholeJoined } from './stream-encoding.ts';

/** A stream's end of fan-out. */
interface Receiver {
  push(chunk: Uint8Array): void;
}

// A stream has no topic that the library writes to: each costs a call from here, so a turn takes fewer of them than of WebSockets.
const COHORT_SIZE = 250;

/** Fan-out to streams: cohorts as for WebSockets, so the same order and the same slices, and a chunk that is made once for each. */
export class StreamFanOut implements FanOut {
  readonly #cohorts: CohortFanOut;
  readonly #members = new Map<Cohort, Set<Receiver>>();

  constructor(clock: Clock) {
    this.#cohorts = new CohortFanOut({ cohortSize: COHORT_SIZE, clock, send: (frame, cohort) => this.#send(frame, cohort) });
  }

  /** From now on the room's chunks reach the receiver, beginning after the room's present position. */
  enter(room: string, receiver: Receiver): Cohort {
    const cohort = this.#cohorts.enter(room, jsonCodec);
    const receivers = this.#members.get(cohort) ?? new Set();
    receivers.add(receiver);
    this.#members.set(cohort, receivers);
    return cohort;
  }

  leave(room: string, { cohort, receiver }: { cohort: Cohort; receiver: Receiver }): void {
    this.#cohorts.leave(room, cohort);
    const receivers = this.#members.get(cohort);
    receivers?.delete(receiver);
    if (receivers?.size === 0) this.#members.delete(cohort);
  }

  open(room: string, cursor: Cursor): void {
    this.#cohorts.open(room, cursor);
  }

  publishPriority(room: string, frame: SharedFrame, reached: () => void): void {
    this.#cohorts.publishPriority(room, frame, reached);
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    this.#cohorts.publishChat(room, frames, reached);
  }

  publishJoined(room: string, joined: SharedJoined, reached: () => void): void {
    this.#cohorts.publishJoined(room, joined, reached);
  }

  hurry(room: string): void {
    this.#cohorts.hurry(room);
  }

  close(room: string): void {
    this.#cohorts.close(room);
  }

  #send(frame: SharedFrame | SharedJoined, cohort: Cohort): void {
    const receivers = this.#members.get(cohort);
    if (!receivers) return;
    const { cursor } = cohort;
    const chunk = 'joined' in frame ? encodeWholeJoined(frame.joined, cursor) : encodeBatchEvent(frame.batch, cursor);
    // A copy: a receiver whose connection is full leaves in the middle.
    for (const receiver of [...receivers]) receiver.push(chunk);
  }
}
