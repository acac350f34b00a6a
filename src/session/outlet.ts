import type { CloseCode } from '../protocol/close-codes.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

/** A session's view of its own connection: what a transport that pushes offers. Calls on a connection that has ended do nothing. */
export interface Outlet {
  send(frame: ServerFrame<SealedEvent>): void;
  /** How many bytes wait for the client to read. The transport tells the session when they have become fewer. */
  backlogBytes(): number;
  /** From now on the room's frames reach this connection, beginning after the room's present position. */
  enter(room: string): void;
  /** From now on they do not. */
  leave(room: string): void;
  close(code: CloseCode): void;
}
