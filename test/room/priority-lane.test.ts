import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PriorityLane } from '../../src/room/priority-lane.ts';
import { offsetsOf, sealed, sealedNotice } from '../support/events.ts';

function laneOf(...held: number[]): PriorityLane {
  const to = held.at(-1) ?? 0;
  return new PriorityLane({ historySize: 16, gapMs: 20, held: { from: 0, to, events: held.map(sealedNotice) } });
}

const accept = (lane: PriorityLane, ...offsets: number[]) => lane.accept(offsets.map(sealedNotice));

test('what is pending is not in the log before its flush', () => {
  const lane = laneOf();
  accept(lane, 1, 2);
  expect(lane.log.end).toBe(0);
  expect(lane.flush(0)).toMatchObject({ lane: 'priority', from: 0, to: 2, skipped: 0 });
  expect([lane.dueAt(100), lane.log.end]).toEqual([undefined, 2]);
});

test('batches chain: each begins where the one before ended', () => {
  const lane = laneOf(1, 2, 3);
  accept(lane, 4);
  expect(lane.flush(0)).toMatchObject({ from: 3, to: 4 });
  accept(lane, 5, 6);
  expect(lane.flush(100)).toMatchObject({ from: 4, to: 6 });
});

test('what the opening read has told already is passed over', () => {
  const lane = laneOf(1, 2, 3);
  accept(lane, 2, 3, 4);
  accept(lane, 4, 5);
  accept(lane, 1);
  expect(offsetsOf(lane.flush(0)?.events ?? [])).toEqual([4, 5]);
});

test('a quiet lane is due at once, and the least gap later after a flush', () => {
  const lane = laneOf();
  expect(lane.dueAt(7)).toBeUndefined();
  accept(lane, 1);
  expect(lane.dueAt(7)).toBe(7);
  lane.flush(7);
  expect(lane.dueAt(8)).toBeUndefined();
  accept(lane, 2);
  expect(lane.dueAt(8)).toBe(27);
});

test('a flush of nothing answers nothing, and opens no gap', () => {
  const lane = laneOf();
  expect(lane.flush(50)).toBeUndefined();
  accept(lane, 1);
  expect(lane.dueAt(60)).toBe(60);
});

test('everything is told, however much comes: nothing is folded, and nothing skipped', () => {
  const lane = laneOf();
  accept(lane, ...Array.from({ length: 5000 }, (_, index) => index + 1));
  const batch = lane.flush(0);
  expect([batch?.events.length, batch?.skipped]).toEqual([5000, 0]);
  expect(batch?.events.every(({ repeat }) => repeat === 1)).toBe(true);
});

test('however deliveries overlap, each event is flushed once and in order', () => {
  const step = fc.oneof(fc.record({ back: fc.nat({ max: 4 }), count: fc.nat({ max: 5 }) }), fc.constant('flush' as const));
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const lane = laneOf(1, 2);
      const flushed: number[] = [];
      let end = 2;
      for (const step of steps) {
        if (step === 'flush') flushed.push(...offsetsOf(lane.flush(0)?.events ?? []));
        else {
          const from = Math.max(0, end - step.back);
          const offsets = Array.from({ length: step.count }, (_, index) => from + 1 + index);
          accept(lane, ...offsets);
          end = Math.max(end, from + step.count);
        }
      }
      flushed.push(...offsetsOf(lane.flush(0)?.events ?? []));
      expect(flushed).toEqual(Array.from({ length: end - 2 }, (_, index) => index + 3));
      expect(lane.log.end).toBe(end);
    }),
    { numRuns: 1000 },
  );
});

const retract = (offset: number, ...refs: string[]) => sealed({ retract: { refs } }, offset);

test('a retract takes what it names out of the log and out of what is pending, and is told in any case', () => {
  const lane = laneOf(1, 2, 3);
  accept(lane, 4, 5);
  expect(lane.accept([retract(6, 'p2', 'c9', 'p4', 'p6', 'p7')])).toEqual(['p2', 'c9', 'p4', 'p6', 'p7']);
  accept(lane, 7);
  const batch = lane.flush(0);
  expect([batch?.from, batch?.to, batch?.skipped, offsetsOf(batch?.events ?? [])]).toEqual([3, 7, 0, [5, 6, 7]]);
  expect(offsetsOf(lane.log.after(0)?.events ?? [])).toEqual([1, 3, 5, 6, 7]);
  // One that is known already means nothing again.
  expect(lane.accept([retract(6, 'p5')])).toEqual([]);
  expect(offsetsOf(lane.log.after(3)?.events ?? [])).toEqual([5, 6, 7]);
});
