import type { WebSocket } from 'uWebSockets.js';
import type { CloseCode } from '../protocol/close-codes.ts';
import type { Codec } from '../protocol/codec.ts';
import type { ServerFrame } from '../protocol/frame.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { Outlet } from '../session/outlet.ts';
import type { Cohort, CohortFanOut } from './cohort-fan-out.ts';

/** One WebSocket as its session sees it. uWebSockets.js forbids touching a socket after its close: `ended` says so, and calls do nothing. */
export class SocketOutlet implements Outlet {
  readonly #socket: WebSocket<unknown>;
  readonly #codec: Codec;
  readonly #fanOut: CohortFanOut;
  #cohort: Cohort | undefined;
  #isEnded = false;

  constructor(socket: WebSocket<unknown>, codec: Codec, fanOut: CohortFanOut) {
    this.#socket = socket;
    this.#codec = codec;
    this.#fanOut = fanOut;
  }

  send(frame: ServerFrame<SealedEvent>): void {
    if (!this.#isEnded) this.#socket.send(this.#codec.encodeServerFrame(frame), this.#codec.isBinary);
  }

  backlogBytes(): number {
    return this.#isEnded ? 0 : this.#socket.getBufferedAmount();
  }

  enter(room: string): void {
    if (this.#isEnded) return;
    const cohort = this.#fanOut.enter(room, this.#codec);
    this.#cohort = cohort;
    this.#socket.subscribe(cohort.priorityTopic);
    this.#socket.subscribe(cohort.chatTopic);
  }

  leave(room: string): void {
    const cohort = this.#cohort;
    if (!cohort) return;
    this.#cohort = undefined;
    this.#fanOut.leave(room, cohort);
    if (this.#isEnded) return;
    this.#socket.unsubscribe(cohort.priorityTopic);
    this.#socket.unsubscribe(cohort.chatTopic);
  }

  close(code: CloseCode): void {
    if (!this.#isEnded) this.#socket.end(code);
  }

  /** The socket is closed: it is not touched again. */
  ended(): void {
    this.#isEnded = true;
  }
}
