import { inflateRawSync } from 'node:zlib';
import { entryOf } from '../../src/broker/entry.ts';
import type { Codec, Subprotocol } from '../../src/protocol/codec.ts';
import type { Event } from '../../src/protocol/event.ts';
import { commentOf, type PublishedBody } from '../../src/protocol/event-schema.ts';
import type { ClientFrame, ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import { CohortFanOut } from '../../src/transport/cohort-fan-out.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { Origins } from '../../src/transport/origins.ts';
import { WebSocketTransport } from '../../src/transport/websocket.ts';
import { Ledger } from '../session/ledger.ts';
import { metrics } from '../support/metrics.ts';
import { startProcessWith } from '../support/process.ts';
import { type FakeSocket, FakeUws, type FakeUwsOptions } from './fake-uws.ts';

export const LAG_TIMEOUT_MS = 15_000;

const CODECS: Record<Subprotocol, Codec> = {
  'barrage.v1.json': jsonCodec,
  'barrage.v1.protobuf': protobufCodec,
  'barrage.v1.protobuf.deflate': protobufDeflateCodec,
};
const BEA = { id: 'u2', name: 'Bea' };

/** A client behind a fake WebSocket: what it has read, decoded, and what that comes to. */
export class SocketClient {
  readonly socket: FakeSocket;
  readonly #codec: Codec;
  readonly #frames: ServerFrame[] = [];

  constructor(socket: FakeSocket, codec: Codec) {
    this.socket = socket;
    this.#codec = codec;
  }

  get frames(): ServerFrame[] {
    for (const bytes of this.socket.read.slice(this.#frames.length)) this.#frames.push(this.#decode(bytes));
    return this.#frames;
  }

  get ledger(): Ledger<Event> {
    const ledger = newLedger();
    for (const frame of this.frames) ledger.take(frame);
    return ledger;
  }

  get kinds(): (string | undefined)[] {
    return this.frames.map((frame) => ('batch' in frame ? frame.batch.lane : Object.keys(frame)[0]));
  }

  send(frame: ClientFrame): void {
    this.socket.receive(this.#codec.encodeClientFrame(frame));
  }

  #decode(bytes: Uint8Array): ServerFrame {
    const packed = this.#codec.unpack?.(bytes);
    const whole = packed ? inflateRawSync(packed.frame) : bytes;
    const frame = this.#codec.decodeServerFrame(this.#codec.isBinary ? whole : Buffer.from(whole).toString());
    if (!frame) throw new Error('not a frame of this subprotocol');
    return frame;
  }
}

export function newLedger(held = 0): Ledger<Event> {
  return new Ledger<Event>((event) => ('comment' in event ? event.comment.repeat : 1), held);
}

/** A process whose WebSockets are the fake library's, and the phases of its event loop turned by hand. */
export async function startSockets(
  uwsOptions: FakeUwsOptions = {},
  options: Parameters<typeof startProcessWith>[1] & { cohortSize?: number } = {},
) {
  const uws = new FakeUws(uwsOptions);
  const { cohortSize = 1000, ...processOptions } = options;
  const process = await startProcessWith(
    (clock) => new CohortFanOut({ cohortSize, clock, send: (frame, { codec }, topic) => uws.publish(topic, frame.bytes(codec)) }),
    processOptions,
  );
  const { admission, arrivals, broker, clock, entrance, fanOut, ingress, moderation } = process;
  const connections = new ConnectionCount(1000, metrics);
  const faults: unknown[] = [];
  const transport = new WebSocketTransport({
    idleTimeoutMs: 60_000,
    connections,
    origins: new Origins(['*']),
    metrics,
    fanOut,
    admission,
    arrivals,
    session: { entrance, arrivals, ingress, moderation, admission, clock, metrics, joinTimeoutMs: 10_000, lagTimeoutMs: LAG_TIMEOUT_MS },
    newGuestId: () => 'guest-1',
    random: () => 0.5,
    onFault: (error) => faults.push(error),
  });
  transport.listen(uws.app);
  const connect = (subprotocol: Subprotocol, query = 'room=r') => {
    const socket = uws.connect({ subprotocol, query });
    if (!socket) throw new Error('refused');
    return new SocketClient(socket, CODECS[subprotocol]);
  };
  const publish = (bodies: readonly PublishedBody[], room = 'r') => broker.append(room, bodies.map(entryOf));
  /** One round of the event loop: timers, topics, news from the network, topics, and what was planned for its end. */
  const loop = (ms = 0, network: () => void = () => undefined) => {
    clock.advance(ms);
    uws.drainTopics();
    network();
    uws.drainTopics();
    clock.turn();
  };
  /** Rounds until everything that is pending has been flushed, to every cohort. */
  const flush = () => {
    for (let rounds = 0; rounds < 20; rounds++) loop(20);
  };
  return { ...process, uws, transport, faults, connect, publish, loop, flush };
}

export const text = (said: string, user = BEA): PublishedBody => ({ comment: commentOf({ text: said }, user) });
export const gift = (count: number): PublishedBody => ({ gift: { user: BEA, giftId: 'rose', name: 'Rose', count, combo: 1, value: 1 } });
export const like: PublishedBody = { like: { count: 1 } };

const GAUGES = { lagging: 'barrage_lagging_viewers', connections: 'barrage_connections' };

export async function gaugeOf(of: keyof typeof GAUGES, transport = 'websocket'): Promise<number> {
  const gauge = (await metrics.snapshot()).find(({ name }) => name === GAUGES[of]);
  return gauge?.values.find(({ labels }) => labels['transport'] === transport)?.value ?? 0;
}
