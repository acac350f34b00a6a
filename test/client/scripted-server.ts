import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { deflateRawSync } from 'node:zlib';
import { type WebSocket, WebSocketServer } from 'ws';
import { type Codec, SUBPROTOCOLS, type Subprotocol } from '../../src/protocol/codec.ts';
import type { Batch, EventBody, LoggedLane } from '../../src/protocol/event.ts';
import type { ClientFrame, Deflated, ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { encodeDeflated, protobufDeflateCodec } from '../../src/protocol/protobuf-deflate-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { Ask } from './scripted-request.ts';

export const AT = 1_795_300_000_000;

const CODECS: Record<Subprotocol, Codec> = {
  'barrage.v1.protobuf': protobufCodec,
  'barrage.v1.json': jsonCodec,
  'barrage.v1.protobuf.deflate': protobufDeflateCodec,
};

/** A server that says what the test tells it to, over real sockets and in real frames. */
export class ScriptedServer {
  /** What is done with upgrades: a proxy may refuse them. */
  upgrades: 'taken' | 'blocked' = 'taken';
  /** The subprotocols that it speaks: an older one knows fewer. Of those that a client offers, it takes the first that it speaks. */
  speaks: readonly string[] = SUBPROTOCOLS;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => [...offered].find((name) => this.speaks.includes(name)) ?? false,
  });
  readonly #peers = new Queue<Peer>();
  readonly #requests = new Queue<Ask>();

  private constructor(http: Server) {
    this.#http = http;
    http.on('upgrade', (request, socket, head) => {
      if (this.upgrades === 'blocked') socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      else this.#sockets.handleUpgrade(request, socket, head, (peer) => this.#peers.put(new Peer(peer, request)));
    });
    http.on('request', (request, response) => void Ask.read(request, response).then((ask) => this.#requests.put(ask)));
  }

  static async start(): Promise<ScriptedServer> {
    const http = createServer();
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    return new ScriptedServer(http);
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  /** The next connection that comes, or came and was not yet taken. */
  accept(): Promise<Peer> {
    return this.#peers.take();
  }

  /** The next request that comes, or came and was not yet taken; it must be for this path below the room's. */
  async asked(path: 'events' | 'stream' | 'comments' | 'likes'): Promise<Ask> {
    const ask = await this.#requests.take();
    if (!ask.url.pathname.endsWith(`/${path}`)) throw new Error(`expected ${path}, got ${ask.url.href}`);
    return ask;
  }

  /** Connections and requests that came and were not yet taken. */
  get untaken(): number {
    return this.#peers.length + this.#requests.length;
  }

  async stop(): Promise<void> {
    for (const client of this.#sockets.clients) client.terminate();
    this.#http.close();
    this.#http.closeAllConnections();
    await once(this.#http, 'close');
  }
}

/** A connection, seen from the server. */
export class Peer {
  readonly url: URL;
  /** The subprotocols that the client offered, best first. */
  readonly offered: readonly string[];
  readonly codec: Codec;
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #frames = new Queue<ClientFrame>();

  constructor(socket: WebSocket, request: IncomingMessage) {
    this.#socket = socket;
    this.url = new URL(request.url ?? '', 'ws://server');
    this.offered = (request.headers['sec-websocket-protocol'] ?? '').split(',');
    this.codec = CODECS[(socket.protocol || 'barrage.v1.protobuf') as Subprotocol]; // one of those that this server speaks, or none
    this.closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('message', (data: Buffer, isBinary) => {
      const decoded = this.codec.decodeClientFrame(data, isBinary);
      if (!decoded.ok) throw new Error(decoded.refusal.message);
      this.#frames.put(decoded.value as ClientFrame);
    });
  }

  /** The next frame from the client that holds this command. Frames of other kinds are a failure. */
  async next<K extends 'join' | 'comment' | 'like' | 'ping'>(command: K): Promise<Extract<ClientFrame, Record<K, unknown>>> {
    const frame = await this.#frames.take();
    if (!(command in frame)) throw new Error(`expected ${command}, got ${JSON.stringify(frame)}`);
    return frame as Extract<ClientFrame, Record<K, unknown>>;
  }

  send(frame: ServerFrame<SealedEvent>): void {
    this.#socket.send(this.codec.encodeServerFrame(frame), { binary: this.codec.isBinary });
  }

  /** Sends a frame deflated, or other bytes in its place. */
  sendDeflated(frame: ServerFrame<SealedEvent>, instead: Partial<Deflated> = {}): void {
    const plain = this.codec.encodeServerFrame(frame);
    this.sendRaw(encodeDeflated({ frame: deflateRawSync(plain), ...instead }));
  }

  sendRaw(message: string | Uint8Array): void {
    this.#socket.send(message);
  }

  joined(joined: Partial<Extract<ServerFrame<SealedEvent>, { joined: unknown }>['joined']> = {}): void {
    const usual = { room: 'r1', epoch: 'e1', cursor: 'e1.0.0', recovered: true, online: 1, batches: [] };
    this.send({ joined: { ...usual, ...joined } });
  }

  close(code: number, reason = ''): void {
    this.#socket.close(code, reason);
  }

  /** Ends the connection without a close frame. */
  cut(): void {
    this.#socket.terminate();
  }
}

/** A batch of comments or gifts that say their own offset. */
export function logged(lane: LoggedLane, from: number, to: number): Batch<SealedEvent> {
  const events: SealedEvent[] = [];
  for (let offset = from + 1; offset <= to; offset++) events.push(SealedEvent.seal(encodeBody(bodyOf(lane, offset)), { offset, at: AT }));
  return { lane, from, to, skipped: 0, events };
}

export function ambient(body: EventBody): Batch<SealedEvent> {
  return { lane: 'ambient', from: 0, to: 0, skipped: 0, events: [SealedEvent.seal(encodeBody(body), { offset: 0, at: AT })] };
}

function bodyOf(lane: LoggedLane, offset: number): EventBody {
  const user = { id: 'u1', name: 'Ann' };
  if (lane === 'priority') return { gift: { user, giftId: 'rocket', name: 'Rocket', count: 1, value: offset } };
  return { comment: { user, text: `c${offset}`, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } };
}

/** Whoever takes from an empty queue waits. */
class Queue<T> {
  readonly #items: T[] = [];
  readonly #waiting: ((item: T) => void)[] = [];

  put(item: T): void {
    const next = this.#waiting.shift();
    if (next) next(item);
    else this.#items.push(item);
  }

  get length(): number {
    return this.#items.length;
  }

  take(): Promise<T> {
    const [item] = this.#items.splice(0, 1);
    return item === undefined ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve(item);
  }
}
