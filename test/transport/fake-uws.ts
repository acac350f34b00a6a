import type { HttpRequest, HttpResponse, TemplatedApp, WebSocketBehavior } from 'uWebSockets.js';

/** What the library calls; the user data is the transport's own affair. */
type Behavior = WebSocketBehavior<unknown>;
type LibrarySocket = Parameters<NonNullable<Behavior['open']>>[0];

const BACKLOGGED = 0;
const SENT = 1;
const DROPPED = 2;
/** What the library gathers for a socket from topics before it sends in the middle of a turn. */
const MAX_PENDING = 32;
/** Longer messages are not gathered: they are given out as they are published, ahead of others. */
const BIG_BYTES = 16 * 1024;
interface Message {
  readonly bytes: Uint8Array;
  readonly weight: number;
}

export interface FakeUwsOptions {
  /** As how many bytes each byte counts: small frames fill large buffers. */
  readonly weight?: number;
  /** How much the network holds of each connection, before anything waits in the library. */
  readonly networkBytes?: number;
}

/**
 * uWebSockets.js as it treats WebSockets and topics, read in its source and tried:
 *
 * - What is published waits for the end of the phase (`drainTopics`), or for a send to the same socket, which gives it out first.
 * - A message to a socket over its limit is dropped, and `dropped` called. When that happens as topics are given out, all other messages that
 *   wait for the socket are lost without a word.
 * - In `dropped`, topics must not be touched. After its close, a socket must not be touched.
 * - `drain` is called when the network has taken some of what waited.
 */
export class FakeUws {
  readonly sockets = new Set<FakeSocket>();
  readonly options: Required<FakeUwsOptions>;
  behavior: Behavior | undefined;

  constructor({ weight = 1, networkBytes = 16 * 1024 }: FakeUwsOptions = {}) {
    this.options = { weight, networkBytes };
  }

  /** What the transport registers on: it calls no more of the library's app than this. */
  get app(): TemplatedApp {
    const ws = (_path: string, behavior: Behavior) => {
      this.behavior = behavior;
    };
    return { ws } as unknown as TemplatedApp;
  }

  /** A client connects. Answers nothing when it was refused. */
  connect({ subprotocol, query = '' }: { subprotocol: string; query?: string }): FakeSocket | undefined {
    const sockets: FakeSocket[] = [];
    const headers: Record<string, string> = { 'sec-websocket-protocol': subprotocol };
    const request = {
      getHeader: (name: string) => headers[name] ?? '',
      getQuery: (name: string) => new URLSearchParams(query).get(name) ?? undefined,
    };
    const chain = { writeStatus: () => chain, writeHeader: () => chain, end: () => chain, cork: (write: () => void) => write() };
    const upgrade = (userData: unknown, _key: string, chosen: string) => {
      sockets.push(new FakeSocket(this, { userData, subprotocol: chosen }));
    };
    const getRemoteAddressAsText = () => new TextEncoder().encode('192.0.2.1').buffer;
    // The transport's upgrade handler calls no more of them than this.
    this.behavior?.upgrade?.(
      { ...chain, getRemoteAddressAsText, upgrade } as unknown as HttpResponse,
      request as unknown as HttpRequest,
      {} as never,
    );
    const [socket] = sockets;
    if (!socket) return undefined;
    this.sockets.add(socket);
    this.behavior?.open?.(socket.asLibrarySocket);
    return socket;
  }

  publish(topic: string, bytes: Uint8Array): void {
    for (const socket of this.sockets) if (socket.topics.has(topic)) socket.published(bytes);
  }

  /** Before and after it waits for the network, the library gives out what was published. */
  drainTopics(): void {
    for (const socket of [...this.sockets]) socket.drainTopics();
  }
}

/** A server's end of a connection, and the client's behind a network. */
export class FakeSocket {
  readonly topics = new Set<string>();
  /** What the client has read. */
  readonly read: Uint8Array[] = [];
  /** As the client sees it: a code, or 1006 where the connection broke. */
  closed: number | undefined;
  /** What the server chose in the handshake. */
  readonly subprotocol: string;
  readonly #uws: FakeUws;
  readonly #userData: unknown;
  /** In the network first, then in the library. */
  #onItsWay: Message[] = [];
  /** Of the first message, how much the client has read already. */
  #readOfFirst = 0;
  #inNetwork = 0;
  #backlog = 0;
  #pending: Uint8Array[] = [];
  #isDropping = false;
  #hasEnded = false;
  /** The closing frame is on its way behind all others. */
  #closingCode: number | undefined;

  constructor(uws: FakeUws, { userData, subprotocol }: { userData: unknown; subprotocol: string }) {
    this.#uws = uws;
    this.#userData = userData;
    this.subprotocol = subprotocol;
  }

  get asLibrarySocket(): LibrarySocket {
    return this as unknown as LibrarySocket; // the transport calls no more of it than is here
  }

  get backlog(): number {
    return this.#backlog;
  }

  get hasEnded(): boolean {
    return this.#hasEnded;
  }

  getUserData(): unknown {
    return this.#userData;
  }

  getBufferedAmount(): number {
    return this.#touch().#backlog;
  }

  send(bytes: Uint8Array): number {
    this.#touch();
    const { maxBackpressure = Number.POSITIVE_INFINITY } = this.#uws.behavior ?? {};
    if (this.#backlog > maxBackpressure) {
      this.#isDropping = true;
      const message = Uint8Array.from(bytes);
      this.#uws.behavior?.dropped?.(this.asLibrarySocket, message.buffer as ArrayBuffer, true);
      message.fill(0); // gone after the callback
      this.#isDropping = false;
      return DROPPED;
    }
    this.drainTopics();
    return this.#put(bytes);
  }

  subscribe(topic: string): boolean {
    this.#touchTopics().topics.add(topic);
    return true;
  }

  unsubscribe(topic: string): boolean {
    return this.#touchTopics().topics.delete(topic);
  }

  end(code: number): void {
    const { maxBackpressure = Number.POSITIVE_INFINITY } = this.#uws.behavior ?? {};
    this.#touch();
    if (this.#backlog <= maxBackpressure) {
      this.drainTopics();
      this.#closingCode = code;
    }
    this.#over();
    this.#tellClose();
  }

  close(): void {
    this.#touch();
    this.closed = 1006;
    this.#onItsWay = [];
    this.#over();
  }

  /** A message from the client. */
  receive(message: Uint8Array | string): void {
    const bytes = typeof message === 'string' ? new TextEncoder().encode(message) : Uint8Array.from(message);
    if (!this.#hasEnded) this.#uws.behavior?.message?.(this.asLibrarySocket, bytes.buffer as ArrayBuffer, typeof message !== 'string');
  }

  /** The client reads so many bytes; then there is place in the network for more of what waits. */
  take(bytes = Number.POSITIVE_INFINITY): void {
    let left = Math.min(bytes, this.#inNetwork);
    this.#inNetwork -= left;
    for (let first = this.#onItsWay[0]; first && left > 0; first = this.#onItsWay[0]) {
      const rest = first.weight - this.#readOfFirst;
      this.#readOfFirst += Math.min(left, rest);
      left -= Math.min(left, rest);
      if (this.#readOfFirst < first.weight) break;
      this.read.push(first.bytes);
      this.#onItsWay.shift();
      this.#readOfFirst = 0;
    }
    const before = this.#backlog;
    this.#fillNetwork();
    this.#tellClose();
    if (!this.#hasEnded && this.#backlog < before) this.#uws.behavior?.drain?.(this.asLibrarySocket);
  }

  /** The client reads until nothing comes any more. */
  takeAll(): void {
    while (this.#inNetwork > 0) this.take();
  }

  /** The client goes. */
  leave(): void {
    if (this.#hasEnded) return;
    this.closed ??= 1000;
    this.#onItsWay = [];
    this.#over();
  }

  published(bytes: Uint8Array): void {
    if (bytes.length >= BIG_BYTES) {
      this.send(bytes);
      return;
    }
    if (this.#pending.length >= MAX_PENDING) this.drainTopics();
    this.#pending.push(bytes);
  }

  drainTopics(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const bytes of pending) if (this.#hasEnded || this.send(bytes) === DROPPED) return;
  }

  #put(bytes: Uint8Array): number {
    const weight = bytes.length * this.#uws.options.weight;
    this.#onItsWay.push({ bytes, weight });
    this.#backlog += weight;
    this.#fillNetwork();
    return this.#backlog > 0 ? BACKLOGGED : SENT;
  }

  #fillNetwork(): void {
    const moved = Math.min(this.#backlog, Math.max(0, this.#uws.options.networkBytes - this.#inNetwork));
    this.#backlog -= moved;
    this.#inNetwork += moved;
  }

  #over(): void {
    this.#hasEnded = true;
    this.#pending = [];
    this.topics.clear();
    this.#uws.sockets.delete(this);
    this.#uws.behavior?.close?.(this.asLibrarySocket, this.#closingCode ?? 1006, new ArrayBuffer(0));
  }

  #tellClose(): void {
    if (this.#hasEnded && this.#onItsWay.length === 0) this.closed ??= this.#closingCode ?? 1006;
  }

  #touch(): this {
    if (this.#hasEnded) throw new Error('a closed socket was touched');
    return this;
  }

  #touchTopics(): this {
    if (this.#isDropping) throw new Error('topics were touched in `dropped`: a segmentation fault');
    return this.#touch();
  }
}
