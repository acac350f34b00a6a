import type { HttpRequest, HttpResponse, TemplatedApp, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import { openIdentity } from '../auth/identity.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { parseClientFrame } from '../protocol/client-frame-schema.ts';
import { type Codec, SUBPROTOCOLS, type Subprotocol } from '../protocol/codec.ts';
import { ERRORS, type ErrorCode, refuse } from '../protocol/error-catalog.ts';
import { jsonCodec } from '../protocol/json-codec.ts';
import { protobufCodec } from '../protocol/protobuf-codec.ts';
import { Session, type SessionParts } from '../session/session.ts';
import type { CohortFanOut } from './cohort-fan-out.ts';
import type { ConnectionCount } from './connection-count.ts';
import { deflatingCodec } from './deflating-codec.ts';
import type { Drainable } from './drain.ts';
import type { Origins } from './origins.ts';
import { comeBackElsewhere } from './refusals.ts';
import { MAX_BACKLOG_BYTES, SocketOutlet, type SocketOutletParts } from './socket-outlet.ts';
import { statusLine } from './status-line.ts';

export interface WebSocketOptions {
  readonly idleTimeoutMs: number;
  readonly connections: ConnectionCount;
  readonly origins: Origins;
  readonly metrics: Metrics;
  readonly fanOut: CohortFanOut;
  readonly session: SessionParts;
  /** A name for a viewer who has given none, never the same twice. */
  readonly newGuestId: () => string;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of a fault of ours: thrown through the library, it would end the process. */
  readonly onFault: (error: unknown) => void;
}

interface Connection {
  readonly codec: Codec;
  readonly room: string | undefined;
  readonly cursor: string | undefined;
  readonly address: string;
  live?: { readonly outlet: SocketOutlet; readonly session: Session };
}

const MAX_FRAME_BYTES = 4096;
// A longer frame is cut off unread, without a close code: that is the library's way. Up to here the client is told what is wrong.
const MAX_ANSWERED_FRAME_BYTES = 256 * 1024;

const CODECS: Record<Subprotocol, Codec> = {
  'barrage.v1.protobuf': protobufCodec,
  'barrage.v1.json': jsonCodec,
  'barrage.v1.protobuf.deflate': deflatingCodec,
};

/** Takes viewers in at `GET /v1/ws`. Frames go to and fro between their sockets and their sessions; rooms' frames come by fan-out. */
export class WebSocketTransport implements Drainable {
  readonly #options: WebSocketOptions;
  readonly #outletParts: SocketOutletParts;
  /** Those who have not been told to come back elsewhere. */
  readonly #sessions = new Set<Session>();
  #isDraining = false;

  constructor(options: WebSocketOptions) {
    this.#options = options;
    const { fanOut, metrics, session } = options;
    const { clock, lagTimeoutMs } = session;
    const onSent = (bytes: number) => metrics.sent('websocket', bytes);
    this.#outletParts = { fanOut, clock, lagTimeoutMs, onSent };
  }

  listen(app: TemplatedApp): void {
    app.ws<Connection>('/v1/ws', {
      maxPayloadLength: MAX_ANSWERED_FRAME_BYTES,
      // What a client does not read is dropped beyond this, and the client is caught up when it reads again.
      maxBackpressure: MAX_BACKLOG_BYTES,
      idleTimeout: Math.ceil(this.#options.idleTimeoutMs / 1000),
      sendPingsAutomatically: true,
      upgrade: this.#safely((response, request, context) => this.#upgrade(response, request, context)),
      open: this.#safely((socket) => this.#open(socket)),
      message: this.#safely((socket, message, isBinary) => this.#receive(socket.getUserData(), new Uint8Array(message), isBinary)),
      dropped: this.#safely((socket, message) => this.#dropped(socket.getUserData(), new Uint8Array(message))),
      drain: this.#safely((socket) => this.#drained(socket.getUserData())),
      close: this.#safely((socket) => this.#closed(socket.getUserData())),
    });
  }

  get viewers(): number {
    return this.#sessions.size;
  }

  drain(count = Number.POSITIVE_INFINITY): void {
    this.#isDraining = true;
    let told = 0;
    for (const session of this.#sessions) {
      if (told >= count) return;
      told++;
      this.#sessions.delete(session);
      session.drain(comeBackElsewhere(this.#options.random));
    }
  }

  #safely<A extends unknown[]>(callback: (...given: A) => void): (...given: A) => void {
    return (...given) => {
      try {
        callback(...given);
      } catch (error) {
        this.#options.onFault(error);
      }
    };
  }

  #upgrade(response: HttpResponse, request: HttpRequest, context: us_socket_context_t): void {
    const offered = request.getHeader('sec-websocket-protocol');
    const subprotocol = chooseSubprotocol(offered);
    const refused = this.#refusedUpgrade(request);
    if (refused || !subprotocol) {
      const refusal = refused === 'draining' ? comeBackElsewhere(this.#options.random) : refuse(refused ?? 'unsupported_protocol').refusal;
      this.#options.metrics.refusals.inc({ code: refusal.code });
      response
        .writeStatus(statusLine(ERRORS[refusal.code].status))
        .writeHeader('Content-Type', 'application/json')
        .end(JSON.stringify({ error: refusal }));
      return;
    }
    const connection: Connection = {
      codec: CODECS[subprotocol],
      room: request.getQuery('room'),
      cursor: request.getQuery('cursor') || undefined,
      address: Buffer.from(response.getRemoteAddressAsText()).toString(),
    };
    const key = request.getHeader('sec-websocket-key');
    const extensions = request.getHeader('sec-websocket-extensions');
    response.upgrade(connection, key, offered === '' ? '' : subprotocol, extensions, context);
  }

  #refusedUpgrade(request: HttpRequest): ErrorCode | undefined {
    const { origins, connections } = this.#options;
    if (!origins.allows({ origin: request.getHeader('origin'), host: request.getHeader('host') })) return 'origin_denied';
    if (this.#isDraining) return 'draining';
    return connections.isFull ? 'too_many_connections' : undefined;
  }

  #open(socket: WebSocket<Connection>): void {
    const connection = socket.getUserData();
    const { connections, newGuestId } = this.#options;
    const outlet = new SocketOutlet(socket, connection.codec, this.#outletParts);
    const id = newGuestId();
    const session = new Session(outlet, { identity: openIdentity({ id, name: id }), address: connection.address }, this.#options.session);
    connection.live = { outlet, session };
    this.#sessions.add(session);
    connections.opened('websocket');
    if (connection.room !== undefined) session.joinAtOnce(connection.room, connection.cursor);
  }

  #receive({ codec, live }: Connection, message: Uint8Array, isBinary: boolean): void {
    if (!live) return;
    if (message.length > MAX_FRAME_BYTES) {
      live.session.receiveGarbage(refuse('frame_too_large').refusal);
      return;
    }
    const decoded = codec.decodeClientFrame(message, isBinary);
    if (decoded.ok) live.session.receive(parseClientFrame(decoded.value));
    else live.session.receiveGarbage(decoded.refusal);
  }

  #dropped({ live }: Connection, message: Uint8Array): void {
    this.#options.metrics.drops.inc({ transport: 'websocket' });
    live?.outlet.dropped(message);
  }

  #drained({ live }: Connection): void {
    live?.outlet.drained();
    live?.session.drained();
  }

  #closed({ live }: Connection): void {
    if (!live) return;
    live.outlet.ended();
    live.session.ended();
    this.#sessions.delete(live.session);
    this.#options.connections.closed('websocket');
  }
}

/** The first offered subprotocol that we speak; JSON for a client that offers none, such as a command line tool. */
function chooseSubprotocol(offered: string): Subprotocol | undefined {
  if (offered === '') return 'barrage.v1.json';
  const names = offered.split(',').map((name) => name.trim());
  return names.find((name): name is Subprotocol => SUBPROTOCOLS.some((spoken) => spoken === name));
}
