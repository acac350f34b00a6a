import type { Batch } from '../protocol/event.ts';
import type { CommentDraft, Joined } from '../protocol/frame.ts';
import type { ClientError } from './client-error.ts';
import type { Transport } from './transport.ts';

/** What a viewer asks of a room. */
export type Command = { readonly comment: CommentDraft } | { readonly like: { readonly count: number } };

/** What the server says to a command that it carried out. */
export interface Receipt {
  /** The life of the room's logs that `ref` is of. Absent: that of the last join. */
  readonly epoch?: string | undefined;
  readonly ref?: string | undefined;
}

/** Where the viewer is: read anew whenever a rung asks the server for what comes next. */
export interface Place {
  readonly room: string;
  readonly cursor: string | undefined;
}

/**
 * Why a rung ended. `blame` says what that tells about the rung:
 *
 *     network     it was cut, or went silent: perhaps this network does not bear this transport
 *     server      the server is there and cannot answer now: another rung would hear the same
 *     transport   the server has no room, or no patience, for this transport: take the next
 */
export type RungEnd =
  | {
      readonly kind: 'lost';
      readonly reason: string;
      readonly blame: 'network' | 'server' | 'transport';
      readonly retryAfterMs?: number | undefined;
    }
  | { readonly kind: 'refused'; readonly error: ClientError };

/** What a rung tells. None of it comes from within a call of the rung's own methods, or its making. */
export interface RungHandler {
  /** Bytes arrived, before it is known what they say: the server is there. */
  heard(): void;
  /** The answer to a join, for the room where the viewer still is; later also the news that the room's logs could not be continued. */
  joined(joined: Joined): void;
  /** What comes after; what a viewer has told already may be in it. */
  batch(batch: Batch): void;
  /** How many viewers there are, where that does not come as an event. */
  online(count: number): void;
  /** A comment that waited for a moderator was not let through. */
  denied(error: ClientError): void;
  /** Told once, and the last that is told. */
  ended(end: RungEnd): void;
}

/**
 * One transport's way of moving a viewer's cursor forward; each is made for one life and never comes back.
 *
 * - It joins when it is made. Until `joined`, and from each `join()` to its answer, no batch is told.
 * - It knows offsets only to pass them on. Whether batches chain, and what was told before, is judged above it, for all rungs alike.
 * - It cares for what its transport may do by itself: silence, half answers, answers of something else than a Barrage server.
 * - The handler may call `close()` and `join()` at any time. After `close()` the handler hears nothing, and nothing is left behind: no
 *   socket, request or timer.
 */
export interface Rung {
  /** Asks anew from where the viewer is now: another room, or the same one because something was missing. */
  join(): void;
  /** Sends a command to the room where the viewer is. Rejects with a `ClientError`. */
  send(command: Command): Promise<Receipt>;
  close(): void;
}

/** Makes the rung of a transport. Throws what a WebSocket's constructor throws. */
export type OpenRung = (transport: Transport, handler: RungHandler) => Rung;
