import type { Refusal } from './error-catalog.ts';
import type { Batch, Event, Mode, User } from './event.ts';

/** A server deflates no longer frame, and a client inflates no further. */
export const MAX_INFLATED_BYTES = 256 * 1024;

/** A comment as a viewer sends it; what is absent takes the usual value. `user` counts in open mode only. */
export interface CommentDraft {
  readonly text: string;
  readonly mode?: Mode | undefined;
  readonly color?: number | undefined;
  readonly size?: number | undefined;
  readonly user?: User | undefined;
}

/** A client's frame: one command. `id` is answered in the ack or the error; without it there is no ack. */
export type ClientFrame = { readonly id?: number | undefined } & (
  | { readonly join: { readonly room: string; readonly cursor?: string | undefined } }
  | { readonly comment: CommentDraft }
  | { readonly like: { readonly count: number } }
  | { readonly ping: Record<never, never> }
  /** Who the client is from now on. */
  | { readonly auth: { readonly token: string } }
);

export interface Joined<E = Event> {
  readonly room: string;
  readonly epoch: string;
  /** The client's cursor once it has taken in `batches`. */
  readonly cursor: string;
  /** False when a cursor was brought that could not be continued, or what was told before cannot be: `batches` then holds the newest. */
  readonly recovered: boolean;
  readonly online: number;
  readonly batches: readonly Batch<E>[];
}

export interface Ack {
  readonly id: number;
  /** Absent for commands that store nothing in a log, and for a comment that could be told but not stored. */
  readonly ref?: string | undefined;
  /** Of which `ref` is. Absent: the room's only one since this process opened it. */
  readonly epoch?: string | undefined;
}

/** A refused command. The code is a string where frames are read: a newer server may know more codes. */
export type ErrorFrame = { readonly id?: number | undefined } & (Refusal | (Omit<Refusal, 'code'> & { readonly code: string }));

/** A frame made smaller, for many viewers at once. */
export interface Deflated {
  /** A server's frame of at most `MAX_INFLATED_BYTES`, compressed by raw deflate (RFC 1951). */
  readonly frame: Uint8Array;
}

/** The client's token is about to run out: it is to come with a new one, or loses the right to speak. */
interface Refresh {
  /** Unix ms. */
  readonly expiresAt: number;
}

/** A server's frame. @typeParam E - `Event` where frames are read, `EncodedEvent` where they are written. */
export type ServerFrame<E = Event> =
  | { readonly joined: Joined<E> }
  | { readonly batch: Batch<E> }
  | { readonly ack: Ack }
  | { readonly error: ErrorFrame }
  | { readonly pong: Record<never, never> }
  | { readonly refresh: Refresh };
