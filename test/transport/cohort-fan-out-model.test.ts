import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Position } from '../../src/protocol/cursor.ts';
import type { Lane, LoggedLane } from '../../src/protocol/event.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
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
  readonly position: Record<LoggedLane, number>;
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
  readonly #name: string;
  readonly #simulation: Simulation;

  constructor(name: string, simulation: Simulation) {
    this.#name = name;
    this.#simulation = simulation;
    simulation.fanOut.open(name, { epoch: 'e1', ...this.handed });
  }

  get #fanOut(): CohortFanOut {
    return this.#simulation.fanOut;
  }

  enter(codec: Codec): void {
    const cohort = this.#fanOut.enter(this.#name, codec);
    // Whoever lets it in has told it all that was handed over.
    const socket = { codec, cohort, position: { ...this.handed } };
    expect(cohort.cursor).toEqual({ epoch: 'e1', ...this.handed });
    expect(cohort.codec).toBe(codec);
    this.sockets.push(socket);
    expect(this.sockets.filter((one) => one.cohort === cohort).length).toBeLessThanOrEqual(COHORT_SIZE);
  }

  leave(index: number): void {
    const [left] = this.sockets.splice(index % (this.sockets.length || 1), 1);
    if (left) this.#fanOut.leave(this.#name, left.cohort);
  }

  priority(count: number): void {
    if (this.isPriorityOnItsWay) return;
    this.isPriorityOnItsWay = true;
    this.#fanOut.publishPriority(this.#name, this.#next('priority', count), () => {
      this.isPriorityOnItsWay = false;
      for (const { position } of this.sockets) expect(position.priority).toBe(this.handed.priority);
    });
  }

  chat(count: number, hasAmbient: boolean): void {
    if (this.isOnItsWay || (count === 0 && !hasAmbient)) return;
    const frames = count > 0 ? [this.#next('chat', count)] : [];
    if (hasAmbient) frames.push(frameOf('ambient', 0, 0));
    this.isOnItsWay = true;
    this.#fanOut.publishChat(this.#name, frames, () => {
      this.isOnItsWay = false;
      for (const { position } of this.sockets) expect(position.chat).toBe(this.handed.chat);
    });
  }

  hurry(): void {
    const inTurn = [...this.#simulation.chatSockets];
    this.#fanOut.hurry(this.#name);
    expect([this.isOnItsWay, this.isPriorityOnItsWay]).toEqual([false, false]);
    // Who is hurried minds no slices.
    this.#simulation.chatSockets.clear();
    for (const socket of inTurn) this.#simulation.chatSockets.add(socket);
  }

  reopen(): void {
    this.#fanOut.close(this.#name);
    this.sockets = [];
    this.isOnItsWay = false;
    this.isPriorityOnItsWay = false;
    this.#fanOut.open(this.#name, { epoch: 'e1', ...this.handed });
  }

  published(topic: string, message: Uint8Array, isBinary: boolean): void {
    for (const socket of this.sockets) {
      const { codec, cohort, position } = socket;
      if (topic !== cohort.priorityTopic && topic !== cohort.chatTopic) continue;
      expect(isBinary).toBe(codec.isBinary);
      const frame = codec.decodeServerFrame(message);
      if (!frame || !('batch' in frame)) throw new Error('no batch of this codec');
      const { lane, from, to } = frame.batch;
      expect(topic).toBe(lane === 'priority' ? cohort.priorityTopic : cohort.chatTopic);
      if (lane !== 'priority') {
        this.#simulation.chatSockets.add(socket);
        // Overtaken, not mixed.
        expect(this.sockets.every((one) => one.position.priority === this.handed.priority)).toBe(true);
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

test('whoever enters or leaves in the midst of whatever, each socket’s batches chain from its position, and rooms share a turn', () => {
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
