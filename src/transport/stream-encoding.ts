import { concatBytes } from '../protocol/bytes.ts';
import { type Cursor, formatCursor } from '../protocol/cursor.ts';
import type { Refusal } from '../protocol/error-catalog.ts';
import { type Batch, Lane } from '../protocol/event.ts';
import type { Joined } from '../protocol/frame.ts';
import { pushJsonBatch } from '../protocol/json-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

// The format of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
const encoder = new TextEncoder();
const END = encoder.encode('\n\n');

/** What a browser's EventSource waits before it connects again. */
export const STREAM_START = 'retry: 2000\n\n';
/** Keeps connections alive that carry nothing: a comment line, which readers pass over. */
export const HEARTBEAT = ':\n\n';

/**
 * One batch as an event named `batch`.
 *
 * @param cursor - the reader's cursor after it, which becomes the event's id; ambient batches move no cursor, and have none
 */
export function encodeBatchEvent(batch: Batch<SealedEvent>, cursor: Cursor): Uint8Array {
  const id = batch.lane === Lane.ambient ? '' : `id: ${formatCursor(cursor.epoch, cursor)}\n`;
  const parts = [encoder.encode(`event: batch\n${id}data: `)];
  pushJsonBatch(parts, batch);
  parts.push(END);
  return concatBytes(parts);
}

/** The event named `joined` that a stream begins with. @param cursor - the reader's cursor before the batches that follow */
export function encodeJoinedEvent(joined: Omit<Joined, 'batches'>, cursor: Cursor): Uint8Array {
  return encoder.encode(`event: joined\nid: ${formatCursor(cursor.epoch, cursor)}\ndata: ${JSON.stringify(joined)}\n\n`);
}

/** The event `joined` and its batches, all in one. @param end - the reader's cursor after them */
export function encodeWholeJoined({ batches, ...head }: Joined<SealedEvent>, end: Cursor): Uint8Array {
  let cursor = cursorBefore(batches, end);
  const parts = [encodeJoinedEvent(head, cursor)];
  for (const batch of batches) {
    if (batch.lane !== Lane.ambient) cursor = { ...cursor, [batch.lane]: batch.to };
    parts.push(encodeBatchEvent(batch, cursor));
  }
  return concatBytes(parts);
}

/** Where a reader stands before it takes in `batches`, the first of their lanes, who stands at `end` after them. */
export function cursorBefore(batches: readonly Batch<SealedEvent>[], end: Cursor): Cursor {
  const before = { ...end };
  for (const { lane, from } of batches) if (lane !== Lane.ambient) before[lane] = from;
  return before;
}

/** The event named `draining` that a stream ends with. A browser's EventSource obeys `retry`, and reads nothing of the rest. */
export function encodeDrainingEvent(refusal: Refusal): string {
  return `retry: ${refusal.retryAfterMs}\nevent: draining\ndata: ${JSON.stringify({ error: refusal })}\n\n`;
}

/** The event named `revoked` that a stream ends with whose token is not good any more. */
export function encodeRevokedEvent(refusal: Refusal): string {
  return `event: revoked\ndata: ${JSON.stringify({ error: refusal })}\n\n`;
}
