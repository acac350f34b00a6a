import type { HttpRequest, HttpResponse, TemplatedApp } from 'uWebSockets.js';
import { watcherOf } from '../auth/access.ts';
import type { Admission } from '../auth/admission.ts';
import { GUEST } from '../auth/identity.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Release } from '../limits/connection-limit.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { type Refusal, refuse } from '../protocol/error-catalog.ts';
import { isRoomId } from '../protocol/room-id.ts';
import type { Entrance } from '../session/entrance.ts';
import type { Speaker } from '../session/speaker.ts';
import type { Arrivals } from './arrivals.ts';
import type { ConnectionCount } from './connection-count.ts';
import type { Drainable } from './drain.ts';
import { HttpExchange } from './http-exchange.ts';
import type { Origins } from './origins.ts';
import { readCursor } from './poll-query.ts';
import { comeBackElsewhere, refuseTo, tryLater } from './refusals.ts';
import { encodeDrainingEvent, encodeRevokedEvent } from './stream-encoding.ts';
import type { StreamFanOut } from './stream-fan-out.ts';
import { StreamViewer, type StreamViewerParts } from './stream-viewer.ts';

export interface StreamOptions {
  readonly entrance: Entrance;
  readonly arrivals: Arrivals;
  readonly admission: Admission;
  readonly fanOut: StreamFanOut;
  readonly connections: ConnectionCount;
  readonly origins: Origins;
  readonly clock: Clock;
  readonly lagTimeoutMs: number;
  readonly metrics: Metrics;
  /** 0 to 1. */
  readonly random: () => number;
  /** Told of a stream that could not be opened by a fault of ours. */
  readonly onFault: (error: unknown) => void;
}

// The library ends an HTTP connection that nothing was written to for 10 s.
const HEARTBEAT_MS = 8000;
// A heartbeat is a write: so many a turn of the event loop.
const HEARTBEATS_PER_TURN = 250;

// The client reads it when it reads again, if the connection lives so long, and goes on as one that was cut off.
const LAGGING = `event: lagging\ndata: ${JSON.stringify({ error: refuse('lagging').refusal })}\n\n`;

/** Streams rooms to viewers as server-sent events, at `GET /v1/rooms/{room}/stream`. */
export class StreamTransport implements Drainable {
  readonly #options: StreamOptions;
  readonly #viewerParts: StreamViewerParts;
  /** And each one's place among the connections of its address and user. */
  readonly #viewers = new Map<StreamViewer, Release>();
  #cancelHeartbeat: Cancel | undefined;
  #isDraining = false;

  constructor(options: StreamOptions) {
    this.#options = options;
    this.#viewerParts = { ...options, onStuck: (viewer) => this.#forget(viewer, () => viewer.end(LAGGING)) };
  }

  listen(app: TemplatedApp): void {
    app.get('/v1/rooms/:room/stream', (response, request) => {
      this.#open(response, request).catch((error: unknown) => this.#options.onFault(error));
    });
  }

  start(): void {
    this.#cancelHeartbeat = this.#options.clock.after(HEARTBEAT_MS, () => this.#beat(this.#viewers.keys()));
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  drain(count = Number.POSITIVE_INFINITY): void {
    this.#isDraining = true;
    let told = 0;
    for (const viewer of this.#viewers.keys()) {
      if (told >= count) return;
      told++;
      this.#forget(viewer, () => viewer.end(encodeDrainingEvent(comeBackElsewhere(this.#options.random))));
    }
    if (this.#viewers.size === 0) this.#cancelHeartbeat?.();
  }

  async #open(response: HttpResponse, request: HttpRequest): Promise<void> {
    const { admission, arrivals, connections, entrance, origins } = this.#options;
    const exchange = new HttpExchange(response, request, { origins, method: 'other' }).hold();
    const address = arrivals.addressOf(response, request);
    const room = request.getParameter(0) ?? '';
    const cursor = readCursor(request.getHeader('last-event-id') || request.getQuery('cursor'));
    const token = request.getQuery('token');
    const authorization = request.getHeader('authorization');
    const refused = this.#refusalOf(room);
    if (refused) return this.#refuse(exchange, refused);
    if (!cursor.ok) return this.#refuse(exchange, cursor.refusal);
    const handshake = arrivals.handshake(address);
    if (!handshake.ok) return this.#refuse(exchange, handshake.refusal);
    const watcher = watcherOf(await admission.identify({ token, authorization, guest: GUEST }), room);
    if (!watcher.ok) return this.#refuse(exchange, watcher.refusal);
    const speaker: Speaker = { identity: watcher.value, address };
    const opened = await entrance.join(room, speaker, { cursor: cursor.value });
    if (exchange.isOver) return;
    if (!opened.ok) return this.#refuse(exchange, opened.refusal);
    if (this.#isDraining) return this.#refuse(exchange, comeBackElsewhere(this.#options.random));
    const held = arrivals.hold(speaker);
    if (!held.ok) return this.#refuse(exchange, held.refusal);
    const viewer = new StreamViewer(exchange, opened.value, this.#viewerParts);
    const stop = entrance.stay(room, speaker, (refusal) => this.#forget(viewer, () => viewer.end(encodeRevokedEvent(refusal))));
    this.#viewers.set(viewer, () => {
      held.value();
      stop();
    });
    connections.opened('stream');
    exchange.onAborted(() => this.#forget(viewer, () => viewer.ended()));
    viewer.start(cursor.value);
  }

  #refusalOf(room: string): Refusal | undefined {
    if (!isRoomId(room)) return refuse('invalid_room').refusal;
    if (this.#isDraining) return comeBackElsewhere(this.#options.random);
    return this.#options.connections.isFull ? tryLater('too_many_connections') : undefined;
  }

  #refuse(exchange: HttpExchange, refusal: Refusal): void {
    refuseTo(exchange, refusal, this.#options);
  }

  #forget(viewer: StreamViewer, end: () => void): void {
    const release = this.#viewers.get(viewer);
    if (!release) return;
    this.#viewers.delete(viewer);
    release();
    this.#options.connections.closed('stream');
    end();
  }

  /** A slice of the heartbeats, and the next in the next turn. A map's iterator goes on past what is deleted meanwhile. */
  #beat(viewers: Iterator<StreamViewer>): void {
    if (this.#isDraining && this.#viewers.size === 0) return;
    for (let beats = 0; beats < HEARTBEATS_PER_TURN; beats++) {
      const next = viewers.next();
      if (next.done) {
        this.start();
        return;
      }
      next.value.heartbeat();
    }
    this.#options.clock.soon(() => this.#beat(viewers));
  }
}
