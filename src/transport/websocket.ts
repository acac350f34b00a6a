import type { HttpRequest, HttpResponse, TemplatedApp, us_socket_context_t, WebSocket } from 'uWebSockets.js';
import { watcherOf } from '../auth/access.ts';
import type { Admission } from '../auth/admission.ts';
import { type Identity, strangerIdentity } from '../auth/identity.ts';
import type { Release } from '../limits/connection-limit.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { parseClientFrame } from '../protocol/client-frame-schema.ts';
import { CLOSE_CODES } from '../protocol/close-codes.ts';
import type { Codec, Subprotocol } from '../protocol/codec.ts';
import { accept, ERRORS, type ErrorCode, type Refusal, type Result, refuse } from '../protocol/error-catalog.ts';
import type { User } from '../protocol/event.ts';
import { jsonCodec } from '../protocol/json-codec.ts';
import { protobufCodec } from '../protocol/protobuf-codec.ts';
import { isRoomId } from '../protocol/room-id.ts';
import { Session, type SessionParts } from '../session/session.ts';
import type { Arrivals } from './arrivals.ts';
import type { CohortFanOut } from './cohort-fan-out.ts';
import type { ConnectionCount } from './connection-count.ts';
import { deflatingCodec } from './deflating-codec.ts';
import type { Drainable } from './drain.ts';
import { type Handshake, readHandshake } from './handshake.ts';
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
  readonly admission: Admission;
  readonly arrivals: Arrivals;
  /** A name for a viewer who has given none, never the same twice. */
  readonly newGuestId: () => string;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of a fault of ours: thrown through the library, it would end the process. */
  readonly onFault: (error: unknown) => void;
}

/** What the library puts on the socket that it makes, property by property, and each at the cost of a few of ours: so there is only one. */
interface SocketData {
  readonly connection: Connection;
}

interface Connection {
  readonly codec: Codec;
  readonly room: string | undefined;
  readonly cursor: string | undefined;
  readonly address: string;
  readonly identity: Identity;
  readonly release: Release;
  /** Why it is closed at once. */
  readonly refusal: Refusal | undefined;
  live?: { readonly outlet: SocketOutlet; readonly session: Session };
}

/** A handshake whose bearer has been looked at. */
interface Upgrade {
  readonly response: HttpResponse;
  readonly context: us_socket_context_t;
  readonly handshake: Handshake;
  readonly guest: User;
  /** Why nobody is let in any more, where that was found out some time after the handshake came. */
  readonly refused?: Refusal | undefined;
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
    app.ws<SocketData>('/v1/ws', {
      maxPayloadLength: MAX_ANSWERED_FRAME_BYTES,
      // What a client does not read is dropped beyond this, and the client is caught up when it reads again.
      maxBackpressure: MAX_BACKLOG_BYTES,
      idleTimeout: Math.ceil(this.#options.idleTimeoutMs / 1000),
      sendPingsAutomatically: true,
      upgrade: this.#safely((response, request, context) => this.#upgrade(response, request, context)),
      open: this.#safely((socket) => this.#open(socket)),
      message: this.#safely((socket, message, isBinary) =>
        this.#receive(socket.getUserData().connection, new Uint8Array(message), isBinary),
      ),
      dropped: this.#safely((socket, message) => this.#dropped(socket.getUserData().connection, new Uint8Array(message))),
      drain: this.#safely((socket) => this.#drained(socket.getUserData().connection)),
      close: this.#safely((socket) => this.#closed(socket.getUserData().connection)),
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
    const { admission, arrivals, newGuestId } = this.#options;
    const handshake = readHandshake(request, arrivals.addressOf(response, request));
    const taken = arrivals.handshake(handshake.address);
    const refused = taken.ok ? this.#refusedUpgrade(handshake) : taken.refusal;
    if (refused) {
      this.#refuseUpgrade(response, refused);
      return;
    }
    const id = newGuestId();
    const guest = { id, name: id };
    const { token, authorization } = handshake;
    // Not a copy of the whole: V8 makes each with a shape of its own, and all that reads it searches anew.
    const admitted = admission.identify({ token, authorization, guest });
    const upgrade = { response, context, handshake, guest };
    if (!(admitted instanceof Promise)) {
      this.#upgradeAs(admitted, upgrade);
      return;
    }
    let isAborted = false;
    response.onAborted(() => {
      isAborted = true;
    });
    admitted
      .then((result) => {
        // Not within a cork: where the library leaves the socket in its place, it would go on with it as with an HTTP answer, and close it.
        if (!isAborted) this.#upgradeAs(result, { ...upgrade, refused: this.#refusedUpgrade(handshake) });
      })
      .catch((error: unknown) => this.#options.onFault(error));
  }

  /** Who it is has been found out. */
  #upgradeAs(identified: Result<Identity>, { response, context, handshake, guest, refused }: Upgrade): void {
    const admitted = mayEnter(identified, handshake, guest);
    const refusal = refused ?? (admitted.ok ? undefined : admitted.refusal);
    // A page's script sees no answer to a handshake: it is let in, told, and closed.
    const isTold = !refused && handshake.origin !== '';
    if (refusal && !isTold) {
      this.#refuseUpgrade(response, refusal);
      return;
    }
    const identity = admitted.ok ? admitted.value : strangerIdentity(guest);
    const held = this.#options.arrivals.hold({ identity, address: handshake.address });
    if (!held.ok) {
      this.#refuseUpgrade(response, held.refusal);
      return;
    }
    const { subprotocol, room, cursor, address, key, answered, extensions } = handshake;
    const connection: Connection = {
      codec: CODECS[subprotocol ?? 'barrage.v1.json'],
      room,
      cursor,
      address,
      identity,
      release: held.value,
      refusal,
    };
    response.upgrade<SocketData>({ connection }, key, answered, extensions, context);
  }

  #refuseUpgrade(response: HttpResponse, refusal: Refusal): void {
    this.#options.metrics.refusals.inc({ code: refusal.code });
    response.cork(() => {
      response.writeStatus(statusLine(ERRORS[refusal.code].status)).writeHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ error: refusal }));
    });
  }

  #refusedUpgrade({ origin, host, subprotocol }: Handshake): Refusal | undefined {
    const { origins, connections, random } = this.#options;
    const because = (code: ErrorCode) => refuse(code).refusal;
    if (!origins.allows({ origin, host })) return because('origin_denied');
    if (this.#isDraining) return comeBackElsewhere(random);
    if (connections.isFull) return because('too_many_connections');
    return subprotocol ? undefined : because('unsupported_protocol');
  }

  #open(socket: WebSocket<SocketData>): void {
    const { connection } = socket.getUserData();
    const { identity, address, refusal } = connection;
    const outlet = new SocketOutlet(socket, connection.codec, this.#outletParts);
    const session = new Session(outlet, { identity, address }, this.#options.session);
    connection.live = { outlet, session };
    this.#sessions.add(session);
    this.#options.connections.opened('websocket');
    if (refusal) session.turnAway(refusal, refusal.temporary ? CLOSE_CODES.unavailable : CLOSE_CODES.notAdmitted);
    else if (connection.room === undefined) session.awaitJoin();
    else session.joinAtOnce(connection.room, connection.cursor);
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

  #closed({ live, release }: Connection): void {
    release();
    if (!live) return;
    live.outlet.ended();
    live.session.ended();
    this.#sessions.delete(live.session);
    this.#options.connections.closed('websocket');
  }
}

/** Whoever brings nothing, and asks for no room yet, may still say who it is by a frame. */
function mayEnter(identified: Result<Identity>, { authorization, room, token }: Handshake, guest: User): Result<Identity> {
  if (!identified.ok) {
    const isSilent = token === undefined && authorization === '' && room === undefined;
    return isSilent && identified.refusal.code === 'unauthorized' ? accept(strangerIdentity(guest)) : identified;
  }
  // What is no room at all is refused by whoever joins it.
  return room === undefined || !isRoomId(room) ? identified : watcherOf(identified, room);
}
