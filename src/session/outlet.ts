import type { CloseCode } from '../protocol/close-codes.ts';
import type { Cursor } from '../protocol/cursor.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

/** A session's view of its own connection: what a transport that pushes offers. Calls on a connection that has ended do nothing. */
export interface Outlet {
  /** A frame is dropped, whole, where too much waits for the client already. */
  send(frame: ServerFrame<SealedEvent>): 'sent' | 'dropped';
  /** How many bytes wait for the client to read. The transport tells the session when they have become fewer. */
  backlogBytes(): number;
  /**
   * From now on the room's frames reach this connection, beginning after where the room is now.
   *
   * @param behind - called once when a frame was dropped because too much waits for the client already. The client has all
   *   up to the cursor that is told, and is to leave the room's frames at once.
   */
  enter(room: string, behind: (stood: Cursor) => void): void;
  /** From now on they do not. */
  leave(room: string): void;
  /** Closes once the client has read so much that the code finds place, and at the latest after the time that clients have for reading. */
  close(code: CloseCode): void;
}
