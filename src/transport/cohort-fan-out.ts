import type { Clock } from '../clock.ts';
import type { Codec } from '../protocol/codec.ts';
import type { Position } from '../protocol/cursor.ts';
import { Lane } from '../protocol/event.ts';
import type { FanOut } from '../shard/fan-out.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';

export interface CohortFanOutOptions {
  /** The most sockets in a cohort, and about the most that a chat flush sends to in one turn of the event loop. */
  readonly cohortSize: number;
  readonly clock: Clock;
  readonly send: SendToCohort;
}

/**
 * Sends a frame to every socket of a cohort.
 *
 * @param topic - the one of the cohort's topics that the frame belongs to
 */
export type SendToCohort = (frame: SharedFrame, cohort: Cohort, topic: string) => void;

/** A slice of a room's sockets that speak one codec. A socket of the cohort subscribes to both topics. */
export interface Cohort {
  readonly codec: Codec;
  readonly priorityTopic: string;
  readonly chatTopic: string;
  /** What this cohort's sockets have been sent; the frame that is being sent counts. */
  readonly position: Position;
}

interface Members extends Cohort {
  size: number;
  position: Position;
}

interface Channel {
  cohorts: Members[];
  /** What has been handed over for the room: where a cohort that begins now goes on from. */
  handed: Position;
  /** Cohorts are numbered for their topics' names, and a number is not used again. */
  made: number;
  /** The chat flush on its way: the cohorts that it has yet to reach. */
  onItsWay: { readonly frames: readonly SharedFrame[]; readonly left: Members[]; readonly reached: () => void } | undefined;
}

/**
 * Fan-out by cohorts: one send per cohort and frame. Over uWebSockets.js topics that is one publish, and no loop over viewers.
 *
 *     flush ──┬─ turn 1: publish to cohort 4 (half full) and 5 (a few)     1,000 sockets written by the native loop, then the event loop
 *             ├─ turn 2: publish to cohort 1 (full)                        goes round: joins, commands and gifts are served between two
 *             └─ turn 3: publish to cohort 2 (full)                        slices
 *
 * One topic for a room of 15,000 would hold the event loop for as long as the kernel takes for 15,000 writes.
 *
 * Cohorts stand at different positions while a flush is on its way. A socket that joins meanwhile comes into a cohort that has been reached,
 * so its frames begin after all that was handed over. Cohorts with places are reached first: were they last, as the newest, a
 * steady stream of joins would begin another cohort with every flush.
 */
export class CohortFanOut implements FanOut {
  readonly #options: CohortFanOutOptions;
  readonly #channels = new Map<string, Channel>();

  constructor(options: CohortFanOutOptions) {
    this.#options = options;
  }

  open(room: string, position: Position): void {
    this.#channels.set(room, { cohorts: [], handed: position, made: 0, onItsWay: undefined });
  }

  close(room: string): void {
    this.#channels.delete(room);
  }

  publishPriority(room: string, frame: SharedFrame): void {
    const channel = this.#channel(room);
    const { to } = frame.batch;
    channel.handed = { ...channel.handed, priority: to };
    for (const cohort of channel.cohorts) {
      cohort.position = { ...cohort.position, priority: to };
      this.#options.send(frame, cohort, cohort.priorityTopic);
    }
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    const channel = this.#channel(room);
    if (channel.onItsWay) throw new Error(`a chat flush of ${room} is on its way`);
    const chat = frames.find(({ batch }) => batch.lane === Lane.chat)?.batch.to;
    if (chat !== undefined) channel.handed = { ...channel.handed, chat };
    channel.onItsWay = { frames, left: this.#fullFirst(channel.cohorts), reached };
    this.#publishSlice(room, channel);
  }

  hurryChat(room: string): void {
    const channel = this.#channel(room);
    while (channel.onItsWay) this.#publishNext(channel);
  }

  /** Gives a socket its cohort. The frames that reach it begin after what was handed over for the room until now. */
  enter(room: string, codec: Codec): Cohort {
    const channel = this.#channel(room);
    const { cohortSize } = this.#options;
    // Not into a cohort that the chat flush on its way has yet to reach: the socket's client has been told of that flush already.
    const isUpToDate = ({ position }: Members) => position.chat === channel.handed.chat;
    let cohort = channel.cohorts.find((members) => members.codec === codec && members.size < cohortSize && isUpToDate(members));
    if (!cohort) {
      const topic = `${room}/${channel.made++}`;
      cohort = { codec, priorityTopic: `${topic}/priority`, chatTopic: `${topic}/chat`, size: 0, position: channel.handed };
      channel.cohorts.push(cohort);
    }
    cohort.size++;
    return cohort;
  }

  leave(room: string, left: Cohort): void {
    const channel = this.#channels.get(room);
    const cohort = channel?.cohorts.find((members) => members === left);
    if (!channel || !cohort) return;
    cohort.size--;
    if (cohort.size === 0) channel.cohorts = channel.cohorts.filter((members) => members !== cohort);
  }

  /** At most a cohort's size of sockets in this turn, small cohorts together; the next slice in the next turn. */
  #publishSlice(room: string, channel: Channel): void {
    let sockets = this.#publishNext(channel);
    while (channel.onItsWay && sockets + (channel.onItsWay.left.at(-1)?.size ?? 0) <= this.#options.cohortSize) {
      sockets += this.#publishNext(channel);
    }
    const { onItsWay } = channel;
    if (!onItsWay) return;
    this.#options.clock.soon(() => {
      // Unless the flush was hurried meanwhile, or its room closed.
      if (this.#channels.get(room) === channel && channel.onItsWay === onItsWay) this.#publishSlice(room, channel);
    });
  }

  /** Publishes to the next cohort, and answers its size; after the last one the flush has reached all. */
  #publishNext(channel: Channel): number {
    const { onItsWay } = channel;
    if (!onItsWay) return 0;
    const next = onItsWay.left.pop();
    if (next && next.size > 0) {
      next.position = { ...next.position, chat: channel.handed.chat };
      for (const frame of onItsWay.frames) this.#options.send(frame, next, next.chatTopic);
    }
    if (onItsWay.left.length === 0) {
      channel.onItsWay = undefined;
      onItsWay.reached();
    }
    return next?.size ?? 0;
  }

  /** The order in which cohorts are left to a flush, which takes them from the end: those with places come off first. */
  #fullFirst(cohorts: readonly Members[]): Members[] {
    const isFull = ({ size }: Members) => size >= this.#options.cohortSize;
    const newestFirst = cohorts.toReversed();
    return [...newestFirst.filter(isFull), ...newestFirst.filter((cohort) => !isFull(cohort))];
  }

  #channel(room: string): Channel {
    const channel = this.#channels.get(room);
    if (!channel) throw new Error(`room ${room} is not open`);
    return channel;
  }
}
