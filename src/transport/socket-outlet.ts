import type { WebSocket } from 'uWebSockets.js';
import type { Cancel, Clock } from '../clock.ts';
import type { CloseCode } from '../protocol/close-codes.ts';
import type { Codec } from '../protocol/codec.ts';
import type { Cursor } from '../protocol/cursor.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { Outlet } from '../session/outlet.ts';
import type { Cohort } from './cohort.ts';
import type { CohortFanOut } from './cohort-fan-out.ts';

/** What may wait for one client: beyond it the library drops what it is given. */
export const MAX_BACKLOG_BYTES = 64 * 1024;

/** What the library's `send` answers for a message that it did not take. */
const DROPPED = 2;

/** The same for all sockets. */
export interface SocketOutletParts {
  readonly fanOut: CohortFanOut;
  readonly clock: Clock;
  /** How long a client may read nothing of what waits for it. */
  readonly lagTimeoutMs: number;
  /** Told how many bytes were sent. */
  readonly onSent: (bytes: number) => void;
}

/** A connection's part in the room's frames. */
interface Membership {
  readonly cohort: Cohort;
  readonly behind: (stood: Cursor) => void;
  /** Where the client stands since a frame was dropped; nothing before any was. */
  stood?: Cursor;
}

/** One WebSocket as its session sees it. uWebSockets.js forbids touching a socket after its close: `ended` says so, and calls do nothing. */
export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket<unknown>;
  readonly #codec: Codec;
  readonly #parts: SocketOutletParts;
  #membership: Membership | undefined;
  #closing: { readonly code: CloseCode; readonly cancel: Cancel } | undefined;
  #isSending = false;
  /** Where the client would stand if what was dropped during a send was not that frame itself. */
  #stoodWhileSending: Cursor | undefined;
  #isEnded = false;

  constructor(socket: WebSocket<unknown>, codec: Codec, parts: SocketOutletParts) {
    this.#socket = socket;
    this.#codec = codec;
    this.#parts = parts;
  }

  send(frame: ServerFrame<SealedEvent>): 'sent' | 'dropped' {
    if (this.#isEnded) return 'sent';
    const bytes = this.#codec.encodeServerFrame(frame);
    this.#isSending = true;
    this.#stoodWhileSending = undefined;
    const outcome = this.#socket.send(bytes, this.#codec.isBinary);
    this.#isSending = false;
    if (outcome === DROPPED) return 'dropped';
    // Before it takes a frame the library gives out what the room's topics hold for the socket, and that may be too much.
    if (this.#stoodWhileSending) this.#note(this.#stoodWhileSending);
    this.#parts.onSent(bytes.length);
    return 'sent';
  }

  backlogBytes(): number {
    return this.#isEnded ? 0 : this.#socket.getBufferedAmount();
  }

  enter(room: string, behind: (stood: Cursor) => void): void {
    if (this.#isEnded) return;
    const cohort = this.#parts.fanOut.enter(room, this.#codec);
    this.#membership = { cohort, behind };
    this.#socket.subscribe(cohort.priorityTopic);
    this.#socket.subscribe(cohort.chatTopic);
  }

  leave(room: string): void {
    const { cohort } = this.#membership ?? {};
    if (!cohort) return;
    this.#membership = undefined;
    this.#parts.fanOut.leave(room, cohort);
    if (this.#isEnded) return;
    this.#socket.unsubscribe(cohort.priorityTopic);
    this.#socket.unsubscribe(cohort.chatTopic);
  }

  close(code: CloseCode): void {
    if (this.#isEnded || this.#closing) return;
    if (this.backlogBytes() <= MAX_BACKLOG_BYTES) {
      this.#socket.end(code);
      return;
    }
    // The library drops the closing frame as any other, and the client would see the connection break.
    const { clock, lagTimeoutMs } = this.#parts;
    const cut = () => {
      if (!this.#isEnded) this.#socket.close();
    };
    this.#closing = { code, cancel: clock.after(lagTimeoutMs, cut) };
  }

  /**
   * The library has dropped a message. To be called from its `dropped` callback, in which the socket's topics must not be touched: a
   * segmentation fault, tried. So the room's frames are left in the next turn, or sooner where the client reads before.
   */
  dropped(message: Uint8Array): void {
    const { cohort } = this.#membership ?? {};
    if (!cohort) return;
    const stood = this.#parts.fanOut.stoodBefore(cohort, message);
    if (this.#isSending) this.#stoodWhileSending ??= stood;
    else this.#note(stood);
  }

  /** The client has read some of what waited for it. */
  drained(): void {
    // At once: there is place again, and the next frame of the room would be taken, with a hole before it.
    this.#fallBehind();
    if (!this.#closing || this.backlogBytes() > MAX_BACKLOG_BYTES) return;
    this.#closing.cancel();
    this.#socket.end(this.#closing.code);
  }

  /** The socket is closed: it is not touched again. */
  ended(): void {
    this.#isEnded = true;
    this.#closing?.cancel();
  }

  #note(stood: Cursor): void {
    const membership = this.#membership;
    if (!membership || membership.stood) return;
    membership.stood = stood;
    this.#parts.clock.soon(() => {
      if (this.#membership === membership) this.#fallBehind();
    });
  }

  #fallBehind(): void {
    const { behind, stood } = this.#membership ?? {};
    if (behind && stood && !this.#isEnded) behind(stood);
  }
}
