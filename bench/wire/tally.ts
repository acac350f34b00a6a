import type { Batch } from '../../src/protocol/event.ts';

/** What one viewer was sent, whatever the transport. */
export interface WireTally {
  /** Comments that reached the viewer: a folded one is one. */
  comments: number;
  /** Answers, frames or events that brought them. */
  parts: number;
  bodyBytes: number;
  /** What the transport adds: status line and headers, frame headers, chunk sizes. */
  frameBytes: number;
}

export function emptyTally(): WireTally {
  return { comments: 0, parts: 0, bodyBytes: 0, frameBytes: 0 };
}

export function commentsIn(batches: readonly Batch[]): number {
  return batches.reduce((sum, { events }) => sum + events.filter((event) => 'comment' in event).length, 0);
}

/** The header of a WebSocket frame from a server: unmasked (RFC 6455, section 5.2). */
export function frameHeaderBytes(payloadBytes: number): number {
  if (payloadBytes < 126) return 2;
  return payloadBytes < 65_536 ? 4 : 10;
}

/**
 * What came over a stream of server-sent events, from after the answer's head and the `joined` event on, in raw bytes: chunked, so each
 * write of the server is a line with its size, the text and an end of line.
 */
export function tallyOfStream(raw: Buffer): WireTally {
  const text = raw.toString('latin1'); // a character a byte
  const joinedAt = text.indexOf('event: joined\n');
  const from = joinedAt < 0 ? text.length : endOfLine(text, text.indexOf('\n\n', joinedAt) + 2);
  let bodyBytes = 0;
  let at = from;
  while (at < text.length) {
    const sizeEnd = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, sizeEnd), 16);
    if (sizeEnd < 0 || Number.isNaN(size)) break;
    bodyBytes += size;
    at = sizeEnd + 2 + size + 2;
  }
  const events = text.slice(from);
  // Within a string of JSON the quotes would be escaped: these are keys.
  const comments = events.split('"comment":{').length - 1;
  return { comments, parts: events.split('event: batch\n').length - 1, bodyBytes, frameBytes: events.length - bodyBytes };
}

/** Behind the end of a chunk, when there is one. */
function endOfLine(text: string, at: number): number {
  return text.startsWith('\r\n', at) ? at + 2 : at;
}
