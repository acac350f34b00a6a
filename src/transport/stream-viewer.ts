import type { Metrics } from '../metrics/metrics.ts';
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import { type Batch, Lane } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { Answer } from '../room/room.ts';
import { LagTimeout, type LagTimeoutOptions } from '../session/lag-timeout.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Cohort } from './cohort.ts';
import type { HttpExchange } from './http-exchange.ts';
import { cursorBefore, encodeBatchEvent, encodeJoinedEvent, HEARTBEAT, STREAM_START } from './stream-encoding.ts';
import type { StreamFanOut } from './stream-fan-out.ts';

/** The same for all viewers. */
export interface StreamViewerParts extends LagTimeoutOptions {
  readonly fanOut: StreamFanOut;
  readonly metrics: Metrics;
  /** Told when it has read nothing for so long: it is to be ended. */
  readonly onStuck: (viewer: StreamViewer) => void;
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx passes on what it gets, instead of gathering it.
  'X-Accel-Buffering': 'no',
};

/**
 * One viewer on a stream. Where the connection takes no more, nothing is written to it until it does: the viewer leaves its cohort, and is
 * caught up from the logs then. So what waits for a slow reader is a chunk, or a step of catching up, whatever the room does.
 *
 *     returning ── told everything since its cursor, in steps ──► live ◄── told all of priority and the newest of chat ──┐
 *                                                                  └── a write was not taken ──► lagging ── writable ──┘
 */
export class StreamViewer {
  readonly #exchange: HttpExchange;
  readonly #room: LiveRoom;
  readonly #parts: StreamViewerParts;
  readonly #lag: LagTimeout;
  #cohort: Cohort | undefined;
  /** Where the reader stands while it is in no cohort. */
  #cursor: Cursor;
  #isTaking = true;
  #isLagging = false;
  /** While it lags: how far it has been told chat. */
  #toldChat = 0;
  #isEnded = false;

  constructor(exchange: HttpExchange, room: LiveRoom, parts: StreamViewerParts) {
    this.#exchange = exchange;
    this.#room = room;
    this.#parts = parts;
    this.#lag = new LagTimeout(parts, () => parts.onStuck(this));
    this.#cursor = room.cursor;
    // The library drains what waits only by another write: a heartbeat does it, and says whether everything has gone.
    exchange.response.onWritable(() => {
      if (!this.#isEnded && !this.#isTaking) {
        this.#lag.clear();
        this.heartbeat();
      }
      return true;
    });
  }

  start(cursor: Cursor | undefined): void {
    this.#room.enter();
    this.#exchange.begin(HEADERS, STREAM_START);
    this.#tellJoined(this.#room.answerStep(cursor), cursor);
    this.#catchUp();
  }

  /** A chunk that its cohort was sent. */
  push(chunk: Uint8Array): void {
    this.#write(chunk);
    const { cursor } = this.#cohort ?? {};
    if (this.#isTaking || !cursor) return;
    // Told after this chunk, of which the connection has taken the whole or keeps the rest.
    this.#cursor = cursor;
    this.#parts.metrics.drops.inc({ transport: 'stream' });
    this.#toldChat = this.#room.toldChat(cursor);
    this.#setLagging(true);
    this.#leaveCohort();
  }

  /** Also where the connection takes nothing: the library ends one that nothing is written to, before the time for reading is over. */
  heartbeat(): void {
    this.#write(HEARTBEAT);
    if (this.#isTaking) this.#catchUp();
  }

  /** Says goodbye, and ends. @param event - a last event */
  end(event: string): void {
    if (this.#isEnded) return;
    this.#exchange.response.cork(() => this.#exchange.response.end(event));
    this.ended();
  }

  /** The connection has ended, from whichever side. */
  ended(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#lag.clear();
    this.#setLagging(false);
    this.#leaveCohort();
    this.#room.leave();
  }

  #catchUp(): void {
    while (this.#isTaking && !this.#cohort && !this.#isEnded) {
      if (this.#room.isAt(this.#cursor)) {
        this.#setLagging(false);
        this.#cohort = this.#parts.fanOut.enter(this.#room.name, this);
        return;
      }
      const answer = this.#isLagging ? this.#room.answerLagging(this.#cursor, this.#toldChat) : this.#room.answerStep(this.#cursor);
      if (answer.recovered) this.#tellBatches(answer.batches);
      else this.#tellJoined(answer, this.#cursor);
      this.#toldChat = this.#room.toldChat(this.#cursor);
    }
  }

  #tellJoined({ batches, recovered, position }: Answer, brought: Cursor | undefined): void {
    const { epoch, name, online } = this.#room;
    this.#cursor = recovered && brought ? brought : cursorBefore(batches, { epoch, ...position });
    this.#write(encodeJoinedEvent({ room: name, epoch, cursor: formatCursor(epoch, position), recovered, online }, this.#cursor));
    this.#tellBatches(batches);
  }

  #tellBatches(batches: readonly Batch<SealedEvent>[]): void {
    for (const batch of batches) {
      if (batch.lane !== Lane.ambient) this.#cursor = { ...this.#cursor, [batch.lane]: batch.to };
      this.#write(encodeBatchEvent(batch, this.#cursor));
    }
  }

  #leaveCohort(): void {
    if (this.#cohort) this.#parts.fanOut.leave(this.#room.name, { cohort: this.#cohort, receiver: this });
    this.#cohort = undefined;
  }

  #setLagging(isLagging: boolean): void {
    if (this.#isLagging === isLagging) return;
    this.#isLagging = isLagging;
    this.#parts.metrics.lagging.inc({ transport: 'stream' }, isLagging ? 1 : -1);
  }

  #write(chunk: Uint8Array | string): void {
    const { response } = this.#exchange;
    response.cork(() => {
      this.#isTaking = response.write(chunk);
    });
    this.#parts.metrics.sent('stream', chunk.length);
    if (this.#isTaking) this.#lag.clear();
    else this.#lag.expectProgress();
  }
}
