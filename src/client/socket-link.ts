import type { Codec } from '../protocol/codec.ts';
import type { ClientFrame, ServerFrame } from '../protocol/frame.ts';
import { inflate } from './inflate.ts';
import { InflatingLine } from './inflating-line.ts';
import type { WebSocketConstructor, WebSocketLike } from './types.ts';

const OPEN = 1; // WebSocket.OPEN: constructors from elsewhere need not carry the constant
const LOST = 1006;

export interface LinkHandler {
  opened(): void;
  /** Something arrived; the frame is absent when this version does not understand it. */
  received(frame: ServerFrame | undefined): void;
  /** The socket closed, or never opened. Told once, and the last that is told. */
  closed(code: number, reason: string): void;
  /** What arrived could not be inflated. Nothing is told after it: the link is to be dropped. */
  failed(reason: string): void;
}

export interface SocketLinkOptions {
  readonly url: string;
  /** Those to be offered, best first. They write a client's frames alike, and the first reads those of them all. */
  readonly codecs: readonly [Codec, ...Codec[]];
  readonly WebSocket: WebSocketConstructor;
}

/**
 * One WebSocket, as frames, in the order in which they came; its close comes after those that wait to be inflated. After `drop()` the
 * handler hears nothing more.
 */
export class SocketLink {
  readonly #socket: WebSocketLike;
  readonly #line: InflatingLine;
  #codec: Codec;
  #isSilent = false;

  /** @throws what the constructor throws: a SyntaxError for an address, a SecurityError for `ws:` in a page that came by https */
  constructor({ url, codecs, WebSocket }: SocketLinkOptions, handler: LinkHandler) {
    const socket = new WebSocket(
      url,
      codecs.map(({ subprotocol }) => subprotocol),
    );
    socket.binaryType = 'arraybuffer';
    const closed = (code: number, reason: string) => {
      if (this.#isSilent) return;
      this.#silence();
      this.#line.end(() => handler.closed(code, reason));
    };
    let isOpen = false;
    socket.onopen = () => {
      isOpen = true;
      this.#codec = codecs.find(({ subprotocol }) => subprotocol === socket.protocol) ?? this.#codec;
      handler.opened();
    };
    socket.onmessage = ({ data }: { data: string | ArrayBuffer }) => this.#take(typeof data === 'string' ? data : new Uint8Array(data));
    socket.onclose = ({ code, reason }: { code: number; reason: string }) => closed(code, reason);
    // By the standard a close follows an error and says more. But Node 22's own WebSocket tells of a server that is not there by an error
    // alone, and before the handshake a close has nothing more to say.
    socket.onerror = () => {
      if (!isOpen) closed(LOST, '');
    };
    this.#socket = socket;
    this.#codec = codecs[0];
    this.#line = new InflatingLine({
      inflate,
      tell: (message) => handler.received(this.#codec.decodeServerFrame(message)),
      fail: (reason) => handler.failed(reason),
    });
  }

  /** A frame for a socket that is closing is lost: its close is about to be told. */
  send(frame: ClientFrame): void {
    if (this.#socket.readyState !== OPEN) return;
    // The standard's type asks for bytes that are not shared between threads. A codec's are its own.
    this.#socket.send(this.#codec.encodeClientFrame(frame) as string | Uint8Array<ArrayBuffer>);
  }

  drop(): void {
    this.#silence();
    this.#line.stop();
    this.#socket.close(1000);
  }

  #silence(): void {
    this.#isSilent = true;
    this.#socket.onopen = null;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    // onerror stays: closing a socket that is still connecting is an error in Node, and one that nobody listens to ends the process
  }

  #take(message: Uint8Array | string): void {
    const deflated = typeof message === 'string' ? undefined : this.#codec.unpack?.(message);
    this.#line.take(deflated ?? message);
  }
}
