import fc from 'fast-check';
import { expect, test } from 'vitest';
import { IngressLimit } from '../../src/session/ingress-limit.ts';
import { ManualClock } from '../support/manual-clock.ts';

function make({ perSecond = 100, maxRooms = 10 } = {}) {
  const clock = new ManualClock();
  const limit = new IngressLimit({ perSecond, maxRooms, clock });
  /** When the comments may come; nothing when they were let in. */
  const take = (comments: number, room = 'r') => {
    const taken = limit.take(room, comments);
    if (!taken.ok) expect(taken.refusal).toMatchObject({ code: 'room_busy', temporary: true });
    return taken.ok ? undefined : taken.refusal.retryAfterMs;
  };
  return { clock, take };
}

test('a second’s worth is let in at once, and no more', () => {
  const { take } = make();
  expect([take(60), take(40), take(1)]).toEqual([undefined, undefined, 10]);
});

test('where there is place for one there is for all that come together, and the next wait is the longer', () => {
  const { take } = make();
  expect([take(99), take(3), take(1)]).toEqual([undefined, undefined, 30]);
});

test('place comes back with time, evenly', () => {
  const { clock, take } = make();
  take(100);
  clock.advance(9);
  expect(take(1)).toBe(1);
  clock.advance(1);
  expect([take(1), take(1)]).toEqual([undefined, 10]);
  clock.advance(500);
  expect([take(50), take(1)]).toEqual([undefined, 10]);
});

test('a quiet hour is worth no more than a second', () => {
  const { clock, take } = make();
  take(100);
  clock.advance(3_600_000);
  expect([take(100), take(1)]).toEqual([undefined, 10]);
});

test('nothing but comments counts: a gift alone asks for no place', () => {
  const { take } = make();
  take(100);
  expect(take(0)).toBeUndefined();
});

test('each room has a bound of its own', () => {
  const { take } = make();
  take(100, 'full');
  expect([take(1, 'full'), take(100, 'other')]).toEqual([10, undefined]);
});

test('rooms beyond those that are remembered push out the one that was asked for longest ago', () => {
  const { take } = make({ maxRooms: 2 });
  take(100, 'a');
  take(100, 'b');
  expect(take(1, 'a')).toBe(10); // asked for now
  take(1, 'c');
  expect([take(1, 'a'), take(100, 'b')]).toEqual([10, undefined]);
});

test('whoever waits as long as was told finds place, and whoever comes well before does not', () => {
  const step = fc.record({ comments: fc.integer({ min: 1, max: 100 }), ms: fc.nat({ max: 300 }) });
  fc.assert(
    fc.property(fc.integer({ min: 100, max: 30_000 }), fc.array(step, { maxLength: 40, size: 'max' }), (perSecond, steps) => {
      const { clock, take } = make({ perSecond });
      let letIn = 0;
      for (const { comments, ms } of steps) {
        const wait = take(comments);
        if (wait !== undefined) {
          expect(wait).toBeGreaterThan(0);
          // What was told is rounded up to milliseconds, by one more at the most.
          const early = Math.max(0, wait - 2);
          clock.advance(early);
          expect(take(comments)).toBeDefined();
          clock.advance(wait - early);
          expect(take(comments)).toBeUndefined();
        }
        letIn += comments;
        // Never more than the bound, a second's worth that had gathered, and what came together with the last; a millionth for rounding.
        expect(letIn).toBeLessThanOrEqual(perSecond * (1 + clock.monotonicMs() / 1000) + 99 + 1e-3);
        clock.advance(ms);
      }
    }),
    { numRuns: 500 },
  );
});
