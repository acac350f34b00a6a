import type { EncodedEvent } from './codec.ts';
import { type Batch, Lane } from './event.ts';

const encoder = new TextEncoder();
export const COMMA = encoder.encode(',');
export const ARRAY_END = encoder.encode(']}');

/** Adds the JSON of a batch to `parts`: its header, then copies of its events' bytes. */
export function pushJsonBatch(parts: Uint8Array[], batch: Batch<Pick<EncodedEvent, 'json'>>): void {
  parts.push(encoder.encode(batchHead(batch)));
  batch.events.forEach((event, index) => {
    if (index > 0) parts.push(COMMA);
    parts.push(event.json);
  });
  parts.push(ARRAY_END);
}

function batchHead({ lane, from, to, skipped }: Omit<Batch<unknown>, 'events'>): string {
  if (lane === Lane.ambient) return '{"lane":"ambient","events":[';
  return `{"lane":"${lane}","from":${from},"to":${to},${skipped > 0 ? `"skipped":${skipped},` : ''}"events":[`;
}

/** Fills in what the contract lets a server leave out. */
export function readBatch(batch: Partial<Batch>): Batch {
  const { lane = Lane.ambient, from = 0, to = 0, skipped = 0, events = [] } = batch;
  return { lane, from, to, skipped, events: events.map(readEvent) };
}

function readEvent(event: Batch['events'][number]): Batch['events'][number] {
  return 'comment' in event && event.comment.repeat === undefined ? { ...event, comment: { ...event.comment, repeat: 1 } } : event;
}
