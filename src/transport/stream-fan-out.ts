import type { Clock } from '../clock.ts';
import type { Position } from '../protocol/cursor.ts';
import { jsonCodec } from '../protocol/json-codec.ts';
import type { FanOut } from '../shard/fan-out.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';
import type { Cohort } from './cohort.ts';
import { CohortFanOut } from './cohort-fan-out.ts';
import { encodeBatchEvent } from './stream-encoding.ts';

/** A stream's end of fan-out. */
interface Receiver {
  push(chunk: Uint8Array): void;
}

// A stream has no topic that the library writes to: each costs a call from here, so a turn takes fewer of them than of WebSockets.
const COHORT_SIZE = 250;

/** Fan-out to streams: cohorts as for WebSockets, so the same order and the same slices, and a chunk that is made once for each. */
export class StreamFanOut implements FanOut {
  readonly #cohorts: CohortFanOut;
  readonly #members = new Map<Cohort, { readonly epoch: string; readonly receivers: Set<Receiver> }>();

  constructor(clock: Clock) {
    this.#cohorts = new CohortFanOut({ cohortSize: COHORT_SIZE, clock, send: (frame, cohort) => this.#send(frame, cohort) });
  }

  /** From now on the room's chunks reach the receiver, beginning after the room's present position. */
  enter({ name, epoch }: LiveRoom, receiver: Receiver): Cohort {
    const cohort = this.#cohorts.enter(name, jsonCodec);
    const members = this.#members.get(cohort) ?? { epoch, receivers: new Set() };
    members.receivers.add(receiver);
    this.#members.set(cohort, members);
    return cohort;
  }

  leave({ name }: LiveRoom, { cohort, receiver }: { cohort: Cohort; receiver: Receiver }): void {
    this.#cohorts.leave(name, cohort);
    const receivers = this.#members.get(cohort)?.receivers;
    receivers?.delete(receiver);
    if (receivers?.size === 0) this.#members.delete(cohort);
  }

  open(room: string, position: Position): void {
    this.#cohorts.open(room, position);
  }

  publishPriority(room: string, frame: SharedFrame, reached: () => void): void {
    this.#cohorts.publishPriority(room, frame, reached);
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    this.#cohorts.publishChat(room, frames, reached);
  }

  hurry(room: string): void {
    this.#cohorts.hurry(room);
  }

  close(room: string): void {
    this.#cohorts.close(room);
  }

  #send({ batch }: SharedFrame, cohort: Cohort): void {
    const members = this.#members.get(cohort);
    if (!members) return;
    const chunk = encodeBatchEvent(batch, { epoch: members.epoch, ...cohort.position });
    // A copy: a receiver whose connection is full leaves in the middle.
    for (const receiver of [...members.receivers]) receiver.push(chunk);
  }
}
