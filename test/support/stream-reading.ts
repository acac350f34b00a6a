import { parseCursor } from '../../src/protocol/cursor.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { readBatch } from '../../src/protocol/json-batch.ts';
import { type StreamMessage, soleValue } from './event-stream.ts';
import type { Reading } from './reading.ts';

/** Tells a reading what a message of a stream says. Answers the message's type; nothing for a heartbeat, or one that only sets `retry`. */
export function tellStreamMessage(reading: Reading, message: StreamMessage): string | undefined {
  const [event, id, data] = ['event', 'id', 'data'].map((name) => soleValue(message, name));
  if (event === undefined) return undefined;
  const said: unknown = JSON.parse(data ?? '');
  if (event === 'joined') {
    const from = parseCursor(id ?? '');
    if (from) reading.begins({ ...(said as { epoch: string; recovered: boolean }), from });
    else reading.faults.push(`joined with the id ${id}`);
  }
  if (event === 'batch') {
    reading.take(readBatch(said as Partial<Batch>));
    if (id !== undefined) reading.reached(id);
  }
  return event;
}
