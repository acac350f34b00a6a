import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import { formatCursor, type Position, parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch, LoggedLane } from '../../src/protocol/event.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import type { Outlet } from '../../src/session/outlet.ts';
import { Session } from '../../src/session/session.ts';
import type { Cohort } from '../../src/transport/cohort.ts';
import { CohortFanOut, type SendToCohort } from '../../src/transport/cohort-fan-out.ts';
import { metrics } from '../support/metrics.ts';
import { announce, type FakeProcess, say, settled, startProcessWith } from '../support/process.ts';
import { GUEST, LAG_TIMEOUT_MS } from './fixture.ts';

const HISTORY_SIZE = 24;
/** Flushes are on their way for as long as the test waits, and the window goes by what they take. */
const FLUSH_MAX_MS = 500;
const VIEWERS = 6;
const CODECS = { protobuf: protobufCodec, json: jsonCodec };

const viewer = fc.nat({ max: VIEWERS - 1 });
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('say' as const), count: fc.integer({ min: 1, max: 6 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('announce' as const) }) },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('connect' as const), viewer, codec: fc.constantFrom('protobuf' as const, 'json' as const) }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('disconnect' as const), viewer }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('turn' as const) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 120 }) }) },
);

/** A connection as a socket would be: encoded frames, the topics of its cohort, and whoever minds what comes. */
class SimulatedSocket implements Outlet {
  readonly codec: Codec;
  readonly #fanOut: CohortFanOut;
  readonly #receive: (frame: ServerFrame) => void;
  #cohort: Cohort | undefined;

  constructor(codec: Codec, fanOut: CohortFanOut, receive: (frame: ServerFrame) => void) {
    this.codec = codec;
    this.#fanOut = fanOut;
    this.#receive = receive;
  }

  send(frame: ServerFrame<SealedEvent>): 'sent' {
    this.#decode(this.codec.encodeServerFrame(frame));
    return 'sent';
  }

  published(topic: string, message: Uint8Array): void {
    if (topic === this.#cohort?.chatTopic || topic === this.#cohort?.priorityTopic) this.#decode(message);
  }

  backlogBytes(): number {
    return 0;
  }

  enter(room: string): void {
    this.#cohort = this.#fanOut.enter(room, this.codec);
  }

  leave(room: string): void {
    if (this.#cohort) this.#fanOut.leave(room, this.#cohort);
    this.#cohort = undefined;
  }

  close(): void {
    throw new Error('nobody is closed here');
  }

  #decode(message: Uint8Array): void {
    const frame = this.codec.decodeServerFrame(message);
    if (!frame) throw new Error('not a frame of this codec');
    this.#receive(frame);
  }
}

/** A viewer over all its connections: it brings its cursor along, and insists on each event once and in order. */
class ModelViewer {
  live: { readonly socket: SimulatedSocket; readonly session: Session } | undefined;
  #epoch = '';
  #position: Record<LoggedLane, number> | undefined;

  get position(): Position | undefined {
    return this.#position;
  }

  connect(process: FakeProcess<CohortFanOut>, codec: Codec): void {
    const socket = new SimulatedSocket(codec, process.fanOut, (frame) => this.#receive(frame));
    const session = new Session(socket, GUEST, { ...process, metrics, joinTimeoutMs: 1000, lagTimeoutMs: LAG_TIMEOUT_MS });
    this.live = { socket, session };
    session.joinAtOnce('r', this.#position && formatCursor(this.#epoch, this.#position));
  }

  disconnect(): void {
    this.live?.session.ended();
    this.live = undefined;
  }

  #receive(frame: ServerFrame): void {
    if ('batch' in frame) this.#take(frame.batch);
    if (!('joined' in frame)) return;
    const { epoch, cursor, recovered, batches } = frame.joined;
    const reached = parseCursor(cursor);
    if (!reached) throw new Error('no cursor');
    const before = this.#position;
    if (!before || !recovered) {
      // A cursor that can be continued must be: only what fell out of the ring is lost.
      if (before) expect(Math.max(reached.chat - before.chat, reached.priority - before.priority)).toBeGreaterThan(HISTORY_SIZE);
      const from = (lane: LoggedLane) => batches.find((batch) => batch.lane === lane)?.from ?? reached[lane];
      this.#position = { priority: from('priority'), chat: from('chat') };
    }
    this.#epoch = epoch;
    for (const batch of batches) this.#take(batch);
    expect(this.#position).toEqual({ priority: reached.priority, chat: reached.chat });
  }

  #take({ lane, from, to, events }: Batch): void {
    if (lane === 'ambient' || !this.#position) return;
    expect([lane, from]).toEqual([lane, this.#position[lane]]);
    expect(events.map(({ offset }) => offset)).toEqual(Array.from({ length: to - from }, (_, index) => from + 1 + index));
    this.#position[lane] = to;
  }
}

test('viewers who come, go and come back with their cursor at any time, by either codec, get each event once and in order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: 'max' }), async (steps) => {
      const viewers = Array.from({ length: VIEWERS }, () => new ModelViewer());
      const send: SendToCohort = (frame, { codec }, topic) => {
        for (const { live } of viewers) live?.socket.published(topic, frame.bytes(codec));
      };
      const process = await startProcessWith((clock) => new CohortFanOut({ cohortSize: 2, clock, send }), {
        historySize: HISTORY_SIZE,
        flushMaxMs: FLUSH_MAX_MS,
      });
      const { broker, clock, shard } = process;
      for (const one of steps) {
        switch (one.kind) {
          case 'say':
            await say(broker, one.count);
            break;
          case 'announce':
            await announce(broker);
            break;
          case 'connect':
            viewers[one.viewer]?.disconnect();
            viewers[one.viewer]?.connect(process, CODECS[one.codec]);
            await settled();
            break;
          case 'disconnect':
            viewers[one.viewer]?.disconnect();
            break;
          case 'turn':
            clock.turn();
            break;
          case 'wait':
            clock.advance(one.ms);
            break;
        }
      }
      // The widest window, and as many turns as it takes: everyone who is there has everything.
      for (let waited = 0; waited <= FLUSH_MAX_MS; waited += 100) {
        clock.turnUntilQuiet();
        clock.advance(100);
      }
      clock.turnUntilQuiet();
      const stored = await broker.read('r');
      const end = stored.ok && { priority: stored.value.priority.to, chat: stored.value.chat.to };
      const here = viewers.filter(({ live }) => live);
      for (const { position } of here) expect(position).toEqual(end);
      expect([...shard.rooms].map(({ online }) => online)).toEqual([...shard.rooms].map(() => here.length));
    }),
    { numRuns: 500 },
  );
});
