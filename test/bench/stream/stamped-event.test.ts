import { expect, test } from 'vitest';
import { readChunk } from '../../../bench/stream/chunk-facts.ts';
import { StampedEvent } from '../../../bench/stream/stamped-event.ts';

test('a stamped event has the bytes asked for, and tells the time it was stamped with', () => {
  const event = new StampedEvent(400).stamped(1_800_000_000_000);
  expect(event.length).toBe(400);
  expect(readChunk(event)).toEqual({ batches: [400], range: { from: 0, to: 0 }, comments: 1, skipped: 0, times: [1_800_000_000_000] });
});
