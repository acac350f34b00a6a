import type { Batch, Event, User } from '../protocol/event.ts';
import type { CommentDraft, Joined } from '../protocol/frame.ts';
import type { ClientError } from './client-error.ts';

export interface ConnectOptions {
  /** The server's base address, `http(s)://` or `ws(s)://`. In a page the default is where the page came from. */
  readonly url?: string | URL;
  readonly room: string;
  /** Where to go on from, as a connection before told in `cursor`. Absent: the newest events come first. */
  readonly cursor?: string;
  /** How frames are written; protobuf is the smaller. The default is `protobuf`. */
  readonly codec?: 'protobuf' | 'json';
  /** Under which name comments are sent; for servers in open mode. */
  readonly user?: User;
  /** A WebSocket constructor, for runtimes that have none of their own (Node 20: `import { WebSocket } from 'ws'`). */
  readonly WebSocket?: WebSocketConstructor;
}

/**
 * The part of the standard's WebSocket that the SDK uses; the browser's, Node 22's and the `ws` package's all fit. Their event types
 * differ, so the handlers' are left open: a message has `data`, a close has `code` and `reason`.
 */
export interface WebSocketLike {
  binaryType: string;
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
  | { readonly kind: 'live' }
  /** No connection for now: tried again at `retryAt`. */
  | { readonly kind: 'offline'; readonly reason: string; readonly retryAt: number }
  /** Ended: by `close()` (no `error`), or because the server refuses this client for good. */
  | { readonly kind: 'closed'; readonly error?: ClientError };

export interface ConnectionEvents {
  /** The state changed. */
  state: ConnectionState;
  /** A room was joined, or joined again after a break; `recovered: false` says that events may have been missed. Its batches come as `batch`. */
  joined: Omit<Joined, 'batches'>;
  /** New events of one lane, each offset told once. Comes before the `event`s it holds. */
  batch: Batch;
  /** One event, in the order of its lane. */
  event: Event;
  /** How many viewers the room has; on joining, and when it changes. */
  online: number;
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
   * Sends a comment, at once or not at all: while the connection is not live it is refused with code `offline`, to be sent again later.
   *
   * @returns its ref, once the server has taken it; empty when the server could show the comment but not store it
   * @throws ClientError as a rejection
   */
  send(draft: CommentDraft): Promise<{ readonly ref: string }>;
  /** Sends 1 to 1000 likes. @throws ClientError as a rejection */
  like(count: number): Promise<void>;
  /**
   * Changes rooms on the same connection; the cursor of the room before is dropped, and nothing more is told of it. The state stays as
   * it is: `joined` tells when the new room is there. Commands sent meanwhile wait for it, and go to the new room. On a connection that
   * is closed, or in this room, it does nothing.
   *
   * @throws RangeError when `room` cannot be a room id
   */
  join(room: string): void;
  /** Leaves for good. Pending commands are rejected with code `closed`. */
  close(): void;
}
