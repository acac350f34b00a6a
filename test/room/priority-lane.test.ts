import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LaneBuffer } from '../../src/room/lane-buffer.ts';
import { offsetsOf, sealedComment } from '../support/events.ts';

function bufferOf(...held: number[]): LaneBuffer {
  const to = held.at(-1) ?? 0;
  return new LaneBuffer('chat', { historySize: 16, windowMs: 100, held: { from: 0, to, events: held.map(sealedComment) } });
}

const accept = (buffer: LaneBuffer, ...offsets: number[]) => buffer.accept(offsets.map(sealedComment));

test('what is pending is not in the log before its flush', () => {
  const buffer = bufferOf();
  accept(buffer, 1, 2);
  expect([buffer.pending, buffer.log.end]).toEqual([2, 0]);
  expect(buffer.flush(0)).toMatchObject({ lane: 'chat', from: 0, to: 2, skipped: 0 });
  expect([buffer.pending, buffer.log.end]).toEqual([0, 2]);
});

test('batches chain: each begins where the one before ended', () => {
  const buffer = bufferOf(1, 2, 3);
  accept(buffer, 4);
  expect(buffer.flush(0)).toMatchObject({ from: 3, to: 4 });
  accept(buffer, 5, 6);
  expect(buffer.flush(100)).toMatchObject({ from: 4, to: 6 });
});

test('what the opening read has told already is passed over', () => {
  const buffer = bufferOf(1, 2, 3);
  accept(buffer, 2, 3, 4);
  accept(buffer, 4, 5);
  accept(buffer, 1);
  expect(offsetsOf(buffer.flush(0)?.events ?? [])).toEqual([4, 5]);
});

test('a quiet lane is due at once, and a window later after a flush', () => {
  const buffer = bufferOf();
  expect(buffer.dueAt(7)).toBeUndefined();
  accept(buffer, 1);
  expect(buffer.dueAt(7)).toBe(7);
  buffer.flush(7);
  expect(buffer.dueAt(8)).toBeUndefined();
  accept(buffer, 2);
  expect(buffer.dueAt(8)).toBe(107);
});

test('a flush of nothing answers nothing, and opens no window', () => {
  const buffer = bufferOf();
  expect(buffer.flush(50)).toBeUndefined();
  accept(buffer, 1);
  expect(buffer.dueAt(60)).toBe(60);
});

test('however deliveries overlap, each event is flushed once and in order', () => {
  const step = fc.oneof(fc.record({ back: fc.nat({ max: 4 }), count: fc.nat({ max: 5 }) }), fc.constant('flush' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const buffer = bufferOf(1, 2);
      const flushed: number[] = [];
      let end = 2;
      for (const step of steps) {
        if (step === 'flush') flushed.push(...offsetsOf(buffer.flush(0)?.events ?? []));
        else {
          const from = Math.max(0, end - step.back);
          const offsets = Array.from({ length: step.count }, (_, index) => from + 1 + index);
          accept(buffer, ...offsets);
          end = Math.max(end, from + step.count);
        }
      }
      flushed.push(...offsetsOf(buffer.flush(0)?.events ?? []));
      expect(flushed).toEqual(Array.from({ length: end - 2 }, (_, index) => index + 3));
      expect(buffer.log.end).toBe(end);
    }),
    { numRuns: 1000 },
  );
});
