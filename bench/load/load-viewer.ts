import type { Subprotocol } from '../../src/protocol/codec.ts';
import { parseCursor } from '../../src/protocol/cursor.ts';
import type { BatchFacts, FrameFacts } from './frame-facts.ts';
import { FrameSocket, type ViewerPlace } from './frame-socket.ts';
import type { MessageMemo } from './message-memo.ts';
import { ViewerTally } from './viewer-tally.ts';

const SUBPROTOCOL = 'barrage.v1.protobuf' satisfies Subprotocol;

/** What viewers have in common. */
export interface ViewerParts {
  readonly memo: MessageMemo<FrameFacts>;
  /** Told of each batch and its frame's length, where somebody wants to know. */
  readonly received?: (batch: BatchFacts, bytes: number) => void;
  /** The connection has ended. */
  readonly lost: (viewer: LoadViewer, code: number) => void;
}

/** A viewer of Barrage: it knows no more of protobuf than it takes to count what comes. */
export class LoadViewer {
  readonly tally = new ViewerTally();
  readonly #place: ViewerPlace;
  readonly #parts: ViewerParts;
  #socket: FrameSocket | undefined;
  #epoch: string | undefined;
  /** The server could not go on from the cursor that the viewer brought: what lies between is lost. */
  unrecovered = 0;

  constructor(place: ViewerPlace, parts: ViewerParts) {
    this.#place = place;
    this.#parts = parts;
  }

  get isConnected(): boolean {
    return this.#socket?.isConnected ?? false;
  }

  /** Connects and joins; by its cursor, when it was there before. @throws Error when there is nobody to connect to */
  join(): Promise<void> {
    const { priority, chat } = this.tally;
    const cursor = this.#epoch === undefined ? '' : `&cursor=${this.#epoch}.${priority.position}.${chat.position}`;
    this.#socket = new FrameSocket({
      received: (message, bytes) => this.#take(this.#parts.memo.factsOf(message), bytes),
      closed: (code) => this.#parts.lost(this, code),
    });
    return this.#socket.open({ ...this.#place, path: `${this.#place.path}${cursor}` }, SUBPROTOCOL);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  #take(facts: FrameFacts, bytes: number): void {
    this.tally.bytes += bytes;
    if ('batch' in facts) {
      this.tally.take(facts.batch);
      this.#parts.received?.(facts.batch, bytes);
    } else if ('joined' in facts) {
      this.#join(facts.joined);
    }
  }

  #join({ cursor, recovered, batches }: Extract<FrameFacts, { joined: unknown }>['joined']): void {
    const at = parseCursor(cursor);
    if (!at) throw new Error(`joined at a cursor that is none: ${cursor}`);
    if (this.#epoch !== undefined && recovered) {
      for (const batch of batches) this.tally.take(batch);
    } else {
      if (this.#epoch !== undefined) this.unrecovered++;
      this.tally.start(at);
    }
    this.#epoch = at.epoch;
    this.#socket?.welcome();
  }
}
