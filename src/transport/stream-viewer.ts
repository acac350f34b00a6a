import type { Metrics } from '../metrics/metrics.ts';
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import { type Batch, Lane } from '../protocol/event.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { Answer } from '../room/room.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Cohort } from './cohort-fan-out.ts';
import type { HttpExchange } from './http-exchange.ts';
import { encodeBatchEvent, encodeJoinedEvent, HEARTBEAT, STREAM_START } from './stream-encoding.ts';
import type { StreamFanOut } from './stream-fan-out.ts';

export interface StreamViewerParts {
  readonly fanOut: StreamFanOut;
  readonly metrics: Metrics;
}

const HEADERS = {
  'Content-Type': 'text/event-stream',
  'Cache-Control': 'no-store',
  // nginx passes on what it gets, instead of gathering it.
  'X-Accel-Buffering': 'no',
};

/**
 * One viewer on a stream. Where the connection takes no more, nothing is written to it until it does: the viewer leaves its cohort, and is
 * caught up from the logs then. So what waits for a slow reader is one chunk, whatever the room does.
 *
 *     live ── a write was not taken ──► behind ── writable: told from its cursor, in steps ──► live
 */
export class StreamViewer {
  readonly #exchange: HttpExchange;
  readonly #room: LiveRoom;
  readonly #parts: StreamViewerParts;
  #cohort: Cohort | undefined;
  /** Where the reader stands while it is in no cohort. */
  #cursor: Cursor;
  #isTaking = true;
  #isEnded = false;

  constructor(exchange: HttpExchange, room: LiveRoom, parts: StreamViewerParts) {
    this.#exchange = exchange;
    this.#room = room;
    this.#parts = parts;
    this.#cursor = { epoch: room.epoch, ...room.position };
    // The library drains what waits only by another write: a heartbeat does it, and says whether everything has gone.
    exchange.response.onWritable(() => {
      if (!this.#isEnded && !this.#isTaking) this.#resume();
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
    const { position } = this.#cohort ?? {};
    if (this.#isTaking || !position) return;
    // Told after this chunk, of which the connection has taken the whole or keeps the rest.
    this.#cursor = { epoch: this.#room.epoch, ...position };
    this.#parts.metrics.drops.inc();
    this.#leaveCohort();
  }

  heartbeat(): void {
    if (this.#isTaking) this.#write(HEARTBEAT);
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
    this.#leaveCohort();
    this.#room.leave();
  }

  #resume(): void {
    this.#write(HEARTBEAT);
    this.#catchUp();
  }

  #catchUp(): void {
    while (this.#isTaking && !this.#cohort && !this.#isEnded) {
      if (this.#room.isAt(this.#cursor)) {
        this.#cohort = this.#parts.fanOut.enter(this.#room, this);
        return;
      }
      const answer = this.#room.answerStep(this.#cursor);
      if (answer.recovered) this.#tellBatches(answer.batches);
      else this.#tellJoined(answer, this.#cursor);
    }
  }

  #tellJoined({ batches, recovered, position }: Answer, brought: Cursor | undefined): void {
    const { epoch, name, online } = this.#room;
    const before = { ...position };
    for (const { lane, from } of batches) if (lane !== Lane.ambient) before[lane] = from;
    this.#cursor = recovered && brought ? brought : { epoch, ...before };
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
    if (this.#cohort) this.#parts.fanOut.leave(this.#room, { cohort: this.#cohort, receiver: this });
    this.#cohort = undefined;
  }

  #write(chunk: Uint8Array | string): void {
    const { response } = this.#exchange;
    response.cork(() => {
      this.#isTaking = response.write(chunk);
    });
  }
}
