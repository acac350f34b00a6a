import type { Batch, Comment, Event, User } from '../protocol/event.ts';
import type { CommentDraft, Joined } from '../protocol/frame.ts';
import type { ClientError } from './client-error.ts';
import type { Transport } from './transport.ts';

export interface ConnectOptions {
  /** The server's base address, `http(s)://` or `ws(s)://`. In a page the default is where the page came from. */
  readonly url?: string | URL;
  readonly room: string;
  /** Where to go on from, as a connection before told in `cursor`. Absent: the newest events come first. */
  readonly cursor?: string;
  /**
   * The only transport to use. Absent: the best that this network bears, of WebSocket, stream, long poll and short poll; the connection
   * climbs down when one fails again and again, tries its way back up, and changes without losing or repeating an event.
   */
  readonly transport?: Transport;
  /** How frames and polls are written; protobuf is the smaller. Streams are always JSON. The default is `protobuf`. */
  readonly codec?: 'protobuf' | 'json';
  /**
   * Whether a WebSocket's frames may come deflated: a part of the bytes, for a little work. Only in protobuf, and where this platform can
   * inflate and the server deflates. The default is `true`.
   */
  readonly compression?: boolean;
  /**
   * Who the viewer is, for servers that check tokens: a JWT, or what fetches one. A function is asked again when its token runs out or is
   * refused; a string is all there is.
   */
  readonly token?: string | (() => string | Promise<string>);
  /** Under which name comments are sent; for servers in open mode. */
  readonly user?: User;
  /**
   * A WebSocket constructor, for runtimes that have none of their own (Node 20: `import { WebSocket } from 'ws'`). Without any, the
   * connection begins with the stream.
   */
  readonly WebSocket?: WebSocketConstructor;
}

/**
 * The part of the standard's WebSocket that the SDK uses; the browser's, Node 22's and the `ws` package's all fit. Their event types
 * differ, so the handlers' are left open: a message has `data`, a close has `code` and `reason`.
 */
export interface WebSocketLike {
  binaryType: string;
  /** The subprotocol that the server chose, once the socket is open. */
  readonly protocol: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: string | Uint8Array<ArrayBuffer>): void;
  close(code?: number, reason?: string): void;
}

export type WebSocketConstructor = new (url: string, protocols: string[]) => WebSocketLike;

/** Where a connection stands. Times are Unix milliseconds. */
export type ConnectionState =
  | { readonly kind: 'connecting'; readonly attempt: number }
  /** Events are pushed as they happen. */
  | { readonly kind: 'live'; readonly transport: 'websocket' | 'stream' }
  /** Events are asked for, as often as the server allows. Everything works, a short poll a little later. */
  | { readonly kind: 'polling'; readonly transport: 'long-poll' | 'short-poll' }
  /** No connection for now: tried again at `retryAt`. */
  | { readonly kind: 'offline'; readonly reason: string; readonly retryAt: number }
  /** Ended: by `close()` (no `error`), or because the server refuses this client for good. */
  | { readonly kind: 'closed'; readonly error?: ClientError };

/**
 * An event as it is told. `echoKey` is there on the room's own telling of a comment that this connection sent: it takes the place of the
 * `echo` with that key.
 */
export type ToldEvent = Event & { readonly echoKey?: string };

/** A comment of this connection's own, told before the server has it. `user` is the draft's or the options', or empty. */
export interface Echo {
  /** Names it within this connection. */
  readonly key: string;
  /** This machine's time. */
  readonly at: number;
  readonly comment: Comment;
}

/**
 * What became of an echo, told exactly once for each, before the promise of its `send` settles.
 *
 * - `ref`: the server took it; empty when it could show the comment but not store it. It is among the room's events, or will be, and then
 *   with its `echoKey`; but for a comment that the room folds or skips because it is over its density: of that the echo is all there is.
 * - `ref` with `event`: that event was told before, and could not be known for this comment then, so it had no `echoKey`. Take the
 *   echo away: it stands there twice.
 * - `error`: the server did not take it, or is not known to have. Take the echo away, unless an event took its place: then only the answer
 *   was lost.
 */
export type Settled =
  | { readonly key: string; readonly ref: string; readonly event?: Event }
  | { readonly key: string; readonly error: ClientError };

export interface ConnectionEvents {
  /** The state changed. */
  state: ConnectionState;
  /** A room was joined, or joined again after a break; `recovered: false` says that events may have been missed. Its batches come as `batch`. */
  joined: Omit<Joined, 'batches'>;
  /** New events of one lane, each offset told once, over all transports. Comes before the `event`s it holds. */
  batch: Batch<ToldEvent>;
  /** One event, in the order of its lane. */
  event: ToldEvent;
  /** How many viewers the room has; on joining, and when it changes. */
  online: number;
  /** A comment was given to `send`: show it. Not told for one that is refused at once (`closed`, `too_many_commands`). */
  echo: Echo;
  settled: Settled;
  /** A comment that was refused as `held_for_review` will not be told: a moderator said no. Heard over a WebSocket only. */
  denied: ClientError;
}

/** A viewer's connection to a room, kept up until `close()`. */
export interface Connection {
  readonly room: string;
  readonly state: ConnectionState;
  /**
   * How far this viewer has come: past every batch that its listeners were told. Without one in the options, nothing before the first
   * join. Opaque: keep it, and give it back to `connect`.
   */
  readonly cursor: string | undefined;
  /**
   * Listeners hear in the order they came. What one throws is reported as an uncaught error, and neither stops the others nor the
   * connection. @returns a function that takes the listener off again
   */
  on<K extends keyof ConnectionEvents>(type: K, listener: (event: ConnectionEvents[K]) => void): () => void;
  /**
   * Sends a comment. While the connection is neither live nor polling it waits, and is sent in its turn: up to 32 comments (more are
   * refused with `too_many_commands`), each for up to 30 s (then refused with `timeout`). A comment is never sent twice: one whose
   * answer was lost with the connection is refused with `offline`, and may have been carried out.
   *
   * @returns its ref, once the server has taken it; empty when the server could show the comment but not store it
   * @throws ClientError as a rejection
   */
  send(draft: CommentDraft): Promise<{ readonly ref: string }>;
  /** Sends 1 to 1000 likes, now or not at all: without a connection they are refused with `offline`. @throws ClientError as a rejection */
  like(count: number): Promise<void>;
  /**
   * Changes rooms on the same connection; the cursor of the room before is dropped, and nothing more is told of it. The state stays as
   * it is: `joined` tells when the new room is there. Comments that still wait for a connection are refused with `closed`: they were for
   * the room before. Commands sent meanwhile go to the new room. On a connection that is closed, or in this room, it does nothing.
   *
   * @throws RangeError when `room` cannot be a room id
   */
  join(room: string): void;
  /** Leaves for good. Commands without an answer are rejected with code `closed`. Nothing keeps the process alive after it. */
  close(): void;
}
