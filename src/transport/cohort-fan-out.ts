import type { Clock } from '../clock.ts';
import type { Codec } from '../protocol/codec.ts';
import { type Cursor, isSameCursor } from '../protocol/cursor.ts';
import { Lane } from '../protocol/event.ts';
import type { FanOut } from '../shard/fan-out.ts';
import type { SharedFrame } from '../shard/shared-frame.ts';
import type { SharedJoined } from '../shard/shared-joined.ts';
import type { Cohort } from './cohort.ts';
import { FlushQueue, type SlicedFlush } from './flush-queue.ts';
import { SentFrames } from './sent-frames.ts';

/** Half the turns until a gift has reached a large room; a turn takes twice as long, which a full loop can still afford a few times a second. */
const PRIORITY_COHORTS = 2;

export interface CohortFanOutOptions {
  /** The most sockets in a cohort. Chat is sent to as many in one turn of the event loop, over all rooms; priority to `PRIORITY_COHORTS` times as many. */
  readonly cohortSize: number;
  readonly clock: Clock;
  readonly send: SendToCohort;
}

/**
 * Sends a frame to every socket of a cohort.
 *
 * @param topic - the one of the cohort's topics that the frame belongs to
 */
export type SendToCohort = (frame: SharedFrame | SharedJoined, cohort: Cohort, topic: string) => void;

interface Members extends Cohort {
  size: number;
  cursor: Cursor;
}

interface Channel {
  cohorts: Members[];
  /** What has been handed over for the room: where a cohort that begins now goes on from. */
  handed: Cursor;
  /** Cohorts are numbered for their topics' names, and a number is not used again. */
  made: number;
  /** The flushes on their way, by lane; and the word that the room goes on elsewhere, beside which there is none. */
  readonly onItsWay: { joined?: Flush | undefined; priority?: Flush | undefined; chat?: Flush | undefined };
}

interface Flush extends SlicedFlush {
  /** The cohorts that it has yet to reach, the next one last. */
  readonly left: Members[];
  readonly publish: (cohort: Members) => void;
}

/**
 * Fan-out by cohorts: one send per cohort and frame. Over uWebSockets.js topics that is one publish, and no loop over viewers.
 *
 *     flush ──┬─ turn 1: publish to cohort 4 (half full) and 5 (a few)     1,000 sockets written by the native loop, then the event loop
 *             ├─ turn 2: publish to cohort 1 (full)                        goes round: joins, commands and gifts are served between two
 *             └─ turn 3: publish to cohort 2 (full)                        slices
 *
 * One topic for a room of 15,000 would hold the event loop for as long as the kernel takes for 15,000 writes; so would 15,000 rooms that flush
 * in one turn. A turn's sockets are therefore shared by all rooms. Priority has turns of its own, larger ones, and the chat flush of its room
 * waits until it has reached all.
 *
 * Cohorts stand at different positions while a flush is on its way. A socket that joins meanwhile comes into a cohort that has been reached,
 * so its frames begin after all that was handed over. Cohorts with places are reached first: were they last, as the newest, a
 * steady stream of joins would begin another cohort with every flush.
 *
 * Where a room goes on as another (`publishJoined`), chat on its way is dropped, and priority goes to the cohorts that it had yet to reach
 * together with the word. Cursors, not positions, tell cohorts apart: one that has yet to hear of it may stand at the same offsets of the
 * epoch before.
 */
export class CohortFanOut implements FanOut {
  readonly #options: CohortFanOutOptions;
  readonly #sent: SentFrames;
  readonly #channels = new Map<string, Channel>();
  readonly #priority: FlushQueue;
  readonly #chat: FlushQueue;

  constructor(options: CohortFanOutOptions) {
    const { clock, cohortSize } = options;
    this.#options = options;
    this.#sent = new SentFrames(clock);
    this.#priority = new FlushQueue({ clock, socketsPerTurn: PRIORITY_COHORTS * cohortSize });
    this.#chat = new FlushQueue({ clock, socketsPerTurn: cohortSize });
  }

  open(room: string, cursor: Cursor): void {
    this.#channels.set(room, { cohorts: [], handed: cursor, made: 0, onItsWay: {} });
  }

  close(room: string): void {
    const channel = this.#channels.get(room);
    if (channel) dropFlushes(channel);
    this.#channels.delete(room);
  }

  publishPriority(room: string, frame: SharedFrame, reached: () => void): void {
    const channel = this.#channel(room);
    if (channel.onItsWay.priority) throw new Error(`a priority flush of ${room} is on its way`);
    channel.handed = { ...channel.handed, priority: frame.batch.to };
    const flush = this.#flushOf(channel, {
      publish: (cohort) => this.#send(frame, cohort, cohort.priorityTopic),
      isHeld: () => false,
      reached: () => {
        channel.onItsWay.priority = undefined;
        reached();
      },
    });
    channel.onItsWay.priority = flush;
    this.#begin(this.#priority, flush);
  }

  publishChat(room: string, frames: readonly SharedFrame[], reached: () => void): void {
    const channel = this.#channel(room);
    if (channel.onItsWay.chat) throw new Error(`a chat flush of ${room} is on its way`);
    const chat = frames.find(({ batch }) => batch.lane === Lane.chat)?.batch.to;
    if (chat !== undefined) channel.handed = { ...channel.handed, chat };
    const flush = this.#flushOf(channel, {
      publish: (cohort) => {
        for (const frame of frames) this.#send(frame, cohort, cohort.chatTopic);
      },
      isHeld: () => channel.onItsWay.priority !== undefined,
      reached: () => {
        channel.onItsWay.chat = undefined;
        reached();
      },
    });
    channel.onItsWay.chat = flush;
    this.#begin(this.#chat, flush);
  }

  publishJoined(room: string, joined: SharedJoined, reached: () => void): void {
    const channel = this.#channel(room);
    const { onItsWay } = channel;
    const overtaken = onItsWay.joined ?? onItsWay.priority;
    const unreached = new Set(overtaken?.left);
    dropFlushes(channel);
    channel.handed = joined.cursor;
    const flush = this.#flushOf(channel, {
      publish: (cohort) => {
        if (unreached.has(cohort)) overtaken?.publish(cohort);
        if (joined.last) this.#send(joined.last, cohort, cohort.priorityTopic);
        this.#sent.add(cohort, { frame: joined, before: cohort.cursor });
        cohort.cursor = joined.cursor;
        this.#options.send(joined, cohort, cohort.priorityTopic);
      },
      isHeld: () => false,
      reached: () => {
        onItsWay.joined = undefined;
        reached();
      },
    });
    onItsWay.joined = flush;
    this.#begin(this.#priority, flush);
  }

  hurry(room: string): void {
    const { onItsWay } = this.#channel(room);
    hurry(onItsWay.joined);
    hurry(onItsWay.priority);
    hurry(onItsWay.chat);
  }

  /** Gives a socket its cohort. The frames that reach it begin after what was handed over for the room until now. */
  enter(room: string, codec: Codec): Cohort {
    const channel = this.#channel(room);
    const { cohortSize } = this.#options;
    // Not into a cohort that a flush on its way has yet to reach: the socket's client has been told of that flush already.
    const isUpToDate = ({ cursor }: Members) => isSameCursor(cursor, channel.handed);
    let cohort = channel.cohorts.find((members) => members.codec === codec && members.size < cohortSize && isUpToDate(members));
    if (!cohort) {
      const topic = `${room}/${channel.made++}`;
      cohort = { codec, priorityTopic: `${topic}/priority`, chatTopic: `${topic}/chat`, size: 0, cursor: channel.handed };
      channel.cohorts.push(cohort);
    }
    cohort.size++;
    return cohort;
  }

  /** Where a socket of the cohort stands to whom this message of the present turn was not given, nor what came behind it. */
  stoodBefore(cohort: Cohort, message: Uint8Array): Cursor {
    return this.#sent.stoodBefore(cohort, message);
  }

  leave(room: string, left: Cohort): void {
    const channel = this.#channels.get(room);
    const cohort = channel?.cohorts.find((members) => members === left);
    if (!channel || !cohort) return;
    cohort.size--;
    if (cohort.size === 0) channel.cohorts = channel.cohorts.filter((members) => members !== cohort);
  }

  #flushOf(channel: Channel, does: { publish: (cohort: Members) => void; isHeld: () => boolean; reached: () => void }): Flush {
    const left = this.#fullFirst(channel.cohorts);
    return {
      left,
      publish: does.publish,
      nextSize: () => left.at(-1)?.size,
      isHeld: does.isHeld,
      publishNext: () => {
        const next = left.pop();
        if (next && next.size > 0) does.publish(next);
        if (left.length === 0) does.reached();
      },
    };
  }

  #begin(queue: FlushQueue, flush: Flush): void {
    if (flush.left.length > 0) queue.add(flush);
    else flush.publishNext(); // nobody is there: it has reached all
  }

  #send(frame: SharedFrame, cohort: Members, topic: string): void {
    for (const part of frame.parts(cohort.codec)) {
      const { lane, to } = part.batch;
      this.#sent.add(cohort, { frame: part, before: cohort.cursor });
      if (lane !== Lane.ambient) cohort.cursor = { ...cohort.cursor, [lane]: to };
      this.#options.send(part, cohort, topic);
    }
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

function dropFlushes({ onItsWay }: Channel): void {
  for (const lane of ['joined', 'priority', 'chat'] as const) {
    onItsWay[lane]?.left.splice(0);
    onItsWay[lane] = undefined;
  }
}

function hurry(flush: Flush | undefined): void {
  while (flush && flush.left.length > 0) flush.publishNext();
}
