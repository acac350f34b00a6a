import type { FrameCutter } from '../load/frame-cutter.ts';
import { FrameSocket, type ViewerPlace } from '../load/frame-socket.ts';
import type { MessageMemo } from '../load/message-memo.ts';
import type { Dialect, MessageFacts } from './dialect.ts';

/** What viewers have in common. */
export interface PeerViewerParts {
  readonly dialect: Dialect;
  readonly memo: MessageMemo<MessageFacts>;
  /** Told of each message: its payload's length, and what it took with its header. */
  readonly received: (facts: MessageFacts, payloadBytes: number, bytes: number) => void;
  readonly lost: () => void;
}

/**
 * A viewer on a plain socket, of Barrage and of its peers alike: what is measured of one is measured of the other. It counts and does not come
 * back; viewers that do are `LoadViewer`s.
 */
export class PeerViewer {
  readonly #place: ViewerPlace;
  readonly #parts: PeerViewerParts;
  readonly #socket: FrameSocket;

  constructor(place: ViewerPlace, parts: PeerViewerParts) {
    this.#place = place;
    this.#parts = parts;
    this.#socket = new FrameSocket({
      upgraded: () => {
        if (parts.dialect.hello) this.#socket.write(parts.dialect.hello);
        if (parts.dialect.welcome === 'upgrade') this.#socket.welcome();
      },
      received: (message, bytes) => this.#take(message, bytes),
      closed: parts.lost,
    });
  }

  /** Connects, and settles when the viewer is in the room, or was turned away. @throws Error when there is nobody to connect to */
  join(): Promise<void> {
    return this.#socket.open(this.#place, this.#parts.dialect.subprotocol);
  }

  #take(message: FrameCutter, bytes: number): void {
    const facts = this.#parts.memo.factsOf(message);
    if (facts.isWelcome) this.#socket.welcome();
    if (facts.reply) this.#socket.write(facts.reply);
    this.#parts.received(facts, message.end - message.start, bytes);
  }
}
