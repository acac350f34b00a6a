import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Position } from '../../src/protocol/cursor.ts';
import type { Lane, LoggedLane } from '../../src/protocol/event.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { type Cohort, CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { ManualClock } from '../support/manual-clock.ts';

const COHORT_SIZE = 3;
const CODECS = { protobuf: protobufCodec, json: jsonCodec };

/** A simulated socket: subscribed to its cohort's topics, it takes in what is published there, and minds its position. */
interface Socket {
  readonly codec: Codec;
  readonly cohort: Cohort;
  readonly position: Record<LoggedLane, number>;
}

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ kind: fc.constant('enter' as const), codec: fc.constantFrom('protobuf' as const, 'json' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('leave' as const), socket: fc.nat({ max: 30 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('priority' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('chat' as const), count: fc.nat({ max: 3 }), hasAmbient: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('hurry' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('reopen' as const) }) },
);

class Simulation {
  readonly clock = new ManualClock();
  sockets: Socket[] = [];
  handed: Record<LoggedLane, number> = { priority: 0, chat: 0 };
  isOnItsWay = false;
  /** The sockets that chat was sent to since the last look. */
  chatSockets = new Set<Socket>();
  readonly fanOut = new CohortFanOut({
    cohortSize: COHORT_SIZE,
    clock: this.clock,
    send: (frame, { codec }, topic) => this.#publish(topic, frame.bytes(codec), codec.isBinary),
  });

  constructor() {
    this.fanOut.open('r', { ...this.handed });
  }

  enter(codec: Codec): void {
    const cohort = this.fanOut.enter('r', codec);
    // Whoever lets it in has told it all that was handed over.
    const socket = { codec, cohort, position: { ...this.handed } };
    expect(cohort.position).toEqual(this.handed);
    expect(cohort.codec).toBe(codec);
    this.sockets.push(socket);
    expect(this.sockets.filter((one) => one.cohort === cohort).length).toBeLessThanOrEqual(COHORT_SIZE);
  }

  leave(index: number): void {
    const [left] = this.sockets.splice(index % (this.sockets.length || 1), 1);
    if (left) this.fanOut.leave('r', left.cohort);
  }

  priority(count: number): void {
    this.fanOut.publishPriority('r', this.#next('priority', count));
    for (const { position } of this.sockets) expect(position.priority).toBe(this.handed.priority);
  }

  chat(count: number, hasAmbient: boolean): void {
    if (this.isOnItsWay || (count === 0 && !hasAmbient)) return;
    const frames = count > 0 ? [this.#next('chat', count)] : [];
    if (hasAmbient) frames.push(frameOf('ambient', 0, 0));
    this.isOnItsWay = true;
    this.fanOut.publishChat('r', frames, () => {
      this.isOnItsWay = false;
      for (const { position } of this.sockets) expect(position.chat).toBe(this.handed.chat);
    });
  }

  reopen(): void {
    this.fanOut.close('r');
    this.sockets = [];
    this.isOnItsWay = false;
    this.fanOut.open('r', { ...this.handed });
  }

  #next(lane: LoggedLane, count: number): SharedFrame {
    const from = this.handed[lane];
    this.handed[lane] += count;
    return frameOf(lane, from, from + count);
  }

  #publish(topic: string, message: Uint8Array, isBinary: boolean): void {
    for (const socket of this.sockets) {
      const { codec, cohort, position } = socket;
      if (topic !== cohort.priorityTopic && topic !== cohort.chatTopic) continue;
      expect(isBinary).toBe(codec.isBinary);
      const frame = codec.decodeServerFrame(message);
      if (!frame || !('batch' in frame)) throw new Error('no batch of this codec');
      const { lane, from, to } = frame.batch;
      expect(topic).toBe(lane === 'priority' ? cohort.priorityTopic : cohort.chatTopic);
      if (lane !== 'priority') this.chatSockets.add(socket);
      if (lane === 'ambient') continue;
      expect(from).toBe(position[lane]); // neither a gap nor a repeat
      position[lane] = to;
    }
  }
}

test('whoever enters or leaves in the midst of whatever, each socket’s batches chain from its position without gap or repeat', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 80 }), (steps) => {
      const simulation = new Simulation();
      for (const one of steps) {
        simulation.chatSockets.clear();
        switch (one.kind) {
          case 'enter':
            simulation.enter(CODECS[one.codec]);
            break;
          case 'leave':
            simulation.leave(one.socket);
            break;
          case 'priority':
            simulation.priority(one.count);
            break;
          case 'chat':
            simulation.chat(one.count, one.hasAmbient);
            break;
          case 'turn':
            simulation.clock.turn();
            break;
          case 'hurry':
            simulation.fanOut.hurryChat('r');
            expect(simulation.isOnItsWay).toBe(false);
            break;
          case 'reopen':
            simulation.reopen();
            break;
        }
        if (one.kind !== 'hurry') expect(simulation.chatSockets.size).toBeLessThanOrEqual(COHORT_SIZE);
      }
      simulation.clock.turnUntilQuiet();
      expect(simulation.isOnItsWay).toBe(false);
      const standing: Position = { ...simulation.handed };
      for (const { position } of simulation.sockets) expect(position).toEqual(standing);
    }),
    { numRuns: 2000 },
  );
});

function frameOf(lane: Lane, from: number, to: number): SharedFrame {
  return new SharedFrame({ lane, from, to, skipped: 0, events: [] });
}
