import type { CloseCode } from '../protocol/close-codes.ts';
import type { Position } from '../protocol/cursor.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

/** A session's view of its own connection: what a transport that pushes offers. Calls on a connection that has ended do nothing. */
export interface Outlet {
  send(frame: ServerFrame<SealedEvent>): void;
  /** From now on the room's frames reach this connection. Answers the position that they go on from. */
  enter(room: string): Position;
  /** From now on they do not. */
  leave(room: string): void;
  close(code: CloseCode): void;
}
