import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import { type Position, parseCursor } from '../../src/protocol/cursor.ts';
import type { Lane, LoggedLane } from '../../src/protocol/event.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { SharedJoined } from '../../src/shard/shared-joined.ts';
import type { Cohort } from '../../src/transport/cohort.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { ManualClock } from '../support/manual-clock.ts';

const COHORT_SIZE = 3;
const ROOMS = ['r', 's'] as const;
const CODECS = { protobuf: protobufCodec, json: jsonCodec };

/** A simulated socket: subscribed to its cohort's topics, it takes in what is published there, and minds its position. */
interface Socket {
  readonly codec: Codec;
  readonly cohort: Cohort;
  epoch: string;
  position: Record<LoggedLane, number>;
}

const room = fc.constantFrom(...ROOMS);
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('enter' as const), room, codec: fc.constantFrom('protobuf' as const, 'json' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), room, socket: fc.nat({ max: 30 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('priority' as const), room, count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('chat' as const), room, count: fc.nat({ max: 3 }), hasAmbient: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('begin anew' as const), room, at: fc.nat({ max: 3 }), pending: fc.nat({ max: 2 }) }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hurry' as const), room }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const), room }) },
);

class Simulation {
  readonly clock = new ManualClock();
  /** The sockets that chat was sent to in this turn of the event loop. */
  readonly chatSockets = new Set<Socket>();
  readonly fanOut = new CohortFanOut({
    cohortSize: COHORT_SIZE,
    clock: this.clock,
    send: (frame, { codec }, topic) => {
      for (const one of Object.values(this.rooms)) one.published(topic, frame.bytes(codec), codec.isBinary);
    },
  });
  readonly rooms = { r: new SimulatedRoom('r', this), s: new SimulatedRoom('s', this) };
}

class SimulatedRoom {
  sockets: Socket[] = [];
  handed: Record<LoggedLane, number> = { priority: 0, chat: 0 };
  isOnItsWay = false;
  isPriorityOnItsWay = false;
  isJoinedOnItsWay = false;
  #lives = 1;
  /** What of priority was handed over in the lives before: everyone who is here is told all of it. */
  readonly #owed = new Map<string, number>();
  readonly #name: string;
  readonly #simulation: Simulation;

  constructor(name: string, simulation: Simulation) {
    this.#name = name;
    this.#simulation = simulation;
    simulation.fanOut.open(name, { epoch: 'e1', ...this.handed });
  }

  get #epoch(): string {
    return `e${this.#lives}`;
  }

  get #fanOut(): CohortFanOut {
    return this.#simulation.fanOut;
  }

  enter(codec: Codec): void {
    const cohort = this.#fanOut.enter(this.#name, codec);
    // Whoever lets it in has told it all that was handed over.
    const socket = { codec, cohort, epoch: this.#epoch, position: { ...this.handed } };
    expect(cohort.cursor).toEqual({ epoch: this.#epoch, ...this.handed });
    expect(cohort.codec).toBe(codec);
    this.sockets.push(socket);
    expect(this.sockets.filter((one) => one.cohort === cohort).length).toBeLessThanOrEqual(COHORT_SIZE);
  }

  leave(index: number): void {
    const [left] = this.sockets.splice(index % (this.sockets.length || 1), 1);
    if (left) this.#fanOut.leave(this.#name, left.cohort);
  }

  priority(count: number): void {
    if (this.isPriorityOnItsWay || this.isJoinedOnItsWay) return;
    this.isPriorityOnItsWay = true;
    this.#fanOut.publishPriority(this.#name, this.#next('priority', count), () => {
      this.isPriorityOnItsWay = false;
      for (const { position } of this.sockets) expect(position.priority).toBe(this.handed.priority);
    });
  }

  chat(count: number, hasAmbient: boolean): void {
    if (this.isOnItsWay || this.isJoinedOnItsWay || (count === 0 && !hasAmbient)) return;
    const frames = count > 0 ? [this.#next('chat', count)] : [];
    if (hasAmbient) frames.push(frameOf('ambient', 0, 0));
    this.isOnItsWay = true;
    this.#fanOut.publishChat(this.#name, frames, () => {
      this.isOnItsWay = false;
      for (const { position } of this.sockets) expect(position.chat).toBe(this.handed.chat);
    });
  }

  beginAnew(at: number, pending: number): void {
    const last = pending > 0 ? this.#next('priority', pending) : undefined;
    this.#owed.set(this.#epoch, this.handed.priority);
    this.#lives++;
    this.handed = { priority: at, chat: at };
    this.isOnItsWay = false;
    this.isPriorityOnItsWay = false;
    this.isJoinedOnItsWay = true;
    const cursor = { epoch: this.#epoch, ...this.handed };
    const lives = this.#lives;
    this.#fanOut.publishJoined(this.#name, new SharedJoined({ room: this.#name, online: 0, batches: [], cursor, last }), () => {
      expect(this.#lives).toBe(lives); // an earlier word has not reached all
      this.isJoinedOnItsWay = false;
      for (const { epoch, position } of this.sockets) expect([epoch, position]).toEqual([this.#epoch, this.handed]);
    });
  }

  hurry(): void {
    const inTurn = [...this.#simulation.chatSockets];
    this.#fanOut.hurry(this.#name);
    expect([this.isOnItsWay, this.isPriorityOnItsWay, this.isJoinedOnItsWay]).toEqual([false, false, false]);
    // Who is hurried minds no slices.
    this.#simulation.chatSockets.clear();
    for (const socket of inTurn) this.#simulation.chatSockets.add(socket);
  }

  reopen(): void {
    this.#fanOut.close(this.#name);
    this.sockets = [];
    this.isOnItsWay = false;
    this.isPriorityOnItsWay = false;
    this.isJoinedOnItsWay = false;
    this.#fanOut.open(this.#name, { epoch: this.#epoch, ...this.handed });
  }

  published(topic: string, message: Uint8Array, isBinary: boolean): void {
    for (const socket of this.sockets) {
      const { codec, cohort, position } = socket;
      if (topic !== cohort.priorityTopic && topic !== cohort.chatTopic) continue;
      expect(isBinary).toBe(codec.isBinary);
      const frame = codec.decodeServerFrame(message);
      if (frame && 'joined' in frame) {
        expect(position.priority).toBe(this.#owed.get(socket.epoch));
        const { epoch = '', ...reached } = parseCursor(frame.joined.cursor) ?? { priority: -1, chat: -1 };
        Object.assign(socket, { epoch, position: reached });
        continue;
      }
      if (!frame || !('batch' in frame)) throw new Error('no frame of this codec');
      const { lane, from, to } = frame.batch;
      expect(topic).toBe(lane === 'priority' ? cohort.priorityTopic : cohort.chatTopic);
      if (lane !== 'priority') {
        this.#simulation.chatSockets.add(socket);
        // Overtaken, not mixed.
        expect(this.sockets.every((one) => one.epoch === this.#epoch && one.position.priority === this.handed.priority)).toBe(true);
      }
      if (lane === 'ambient') continue;
      expect(from).toBe(position[lane]); // neither a gap nor a repeat
      position[lane] = to;
    }
  }

  #next(lane: LoggedLane, count: number): SharedFrame {
    const from = this.handed[lane];
    this.handed[lane] += count;
    return frameOf(lane, from, from + count);
  }
}

test('whoever enters or leaves in the midst of whatever, each socket’s batches chain from its position, rooms share a turn, and a room that goes on elsewhere takes all along', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80, size: 'max' }), (steps) => {
      const simulation = new Simulation();
      const { clock, chatSockets, rooms } = simulation;
      for (const one of steps) {
        switch (one.kind) {
          case 'enter':
            rooms[one.room].enter(CODECS[one.codec]);
            break;
          case 'leave':
            rooms[one.room].leave(one.socket);
            break;
          case 'priority':
            rooms[one.room].priority(one.count);
            break;
          case 'chat':
            rooms[one.room].chat(one.count, one.hasAmbient);
            break;
          case 'begin anew':
            rooms[one.room].beginAnew(one.at, one.pending);
            break;
          case 'turn':
            chatSockets.clear();
            clock.turn();
            break;
          case 'hurry':
            rooms[one.room].hurry();
            break;
          case 'reopen':
            rooms[one.room].reopen();
            break;
        }
        expect(chatSockets.size).toBeLessThanOrEqual(COHORT_SIZE);
      }
      clock.turnUntilQuiet();
      for (const { handed, isOnItsWay, sockets } of Object.values(rooms)) {
        expect(isOnItsWay).toBe(false);
        const standing: Position = { ...handed };
        for (const { position } of sockets) expect(position).toEqual(standing);
      }
    }),
    { numRuns: 2000 },
  );
}, 120_000);

function frameOf(lane: Lane, from: number, to: number): SharedFrame {
  return new SharedFrame({ lane, from, to, skipped: 0, events: [] });
}
