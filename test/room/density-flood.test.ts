import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { User } from '../../src/protocol/event.ts';
import { ChatLane } from '../../src/room/chat-lane.ts';
import { foldKey } from '../../src/room/fold-key.ts';
import { bodyOf, sealedText } from '../support/events.ts';

const EMPTY = { from: 0, to: 0, events: [] };
const stranger = (index: number): User => ({ id: `u${index}`, name: 'n' });
const laneOf = (perSecond: number) => new ChatLane({ historySize: 64, windowMs: 100, perSecond, held: EMPTY, seed: 7, phase: 0.5 });
/** Of any `index` below 10,000 another text, and none that folds with another. */
const different = (index: number) =>
  `${String.fromCharCode(0x4e00 + (index % 100))}${String.fromCharCode(0x5e00 + Math.floor(index / 100))}`;

function flood(lane: ChatLane, count: number, textOf: (index: number) => string, userOf = stranger) {
  const from = lane.log.end + lane.pending;
  for (let index = 0; index < count; index++) lane.accept([sealedText(textOf(index), from + index + 1, userOf(index))], 0);
}

test.each([1023, 1024, 1025, 2047, 2048, 2049, 10_000])(
  '%i different comments in one window: repeats and skips are all there were',
  (count) => {
    const lane = laneOf(40);
    flood(lane, count, different);
    const batch = lane.flush(0);
    expect([batch?.to, batch?.events.length, batch?.skipped]).toEqual([count, 40, count - 40]);
  },
);

test.each([1024, 5000, 10_000])('%i equal comments in one window are one, which stands for all', (count) => {
  const lane = laneOf(40);
  flood(lane, count, () => '666');
  const batch = lane.flush(0);
  expect(batch?.events.map(({ offset, repeat }) => [offset, repeat])).toEqual([[1, count]]);
  expect(batch?.skipped).toBe(0);
});

test('in a flood of ten texts among noise the ten stand for all who said them', () => {
  const lane = laneOf(1000);
  flood(lane, 8000, (index) => (index % 2 === 0 ? `text ${'abcdefghij'[(index / 2) % 10]}` : different(index)));
  const batch = lane.flush(0);
  const loud = batch?.events.filter(({ repeat }) => repeat > 1) ?? [];
  expect(loud.map(({ repeat }) => repeat)).toEqual(Array(10).fill(400));
  expect(batch?.events).toHaveLength(1000);
  expect((batch?.skipped ?? 0) + 1000 - 10 + 4000).toBe(8000);
});

test('a keeper is heard through any flood, first or last', () => {
  for (const at of [0, 3000, 5999]) {
    const lane = laneOf(5);
    flood(lane, 6000, different, (index) => (index === at ? { id: 'mod', name: 'mod', badges: ['moderator'] } : stranger(index)));
    expect(lane.flush(0)?.events.map(({ offset }) => offset)).toContain(at + 1);
  }
});

test.each([900, 5000])('one viewer who floods a room with %i comments takes one place of it, and fills what is left', (count) => {
  const others = 45;
  const usersShown = (perSecond: number) => {
    const lane = laneOf(perSecond);
    const every = Math.floor(count / others);
    flood(lane, count, different, (index) => (index % every === 0 ? stranger(index) : { id: 'flooder', name: 'f' }));
    return (lane.flush(0)?.events ?? []).map(bodyOf).map((body) => ('comment' in body ? body.comment.user.id : ''));
  };
  const few = usersShown(40);
  expect(few).toHaveLength(40);
  expect(few.filter((id) => id === 'flooder').length).toBeLessThanOrEqual(1);
  const many = usersShown(100);
  expect(many.filter((id) => id !== 'flooder').length).toBeGreaterThanOrEqual(others);
});

const crowd = fc.record({
  count: fc.integer({ min: 900, max: 3500 }),
  texts: fc.constantFrom(1, 7, 300, 1000, 1001, 5000),
  users: fc.constantFrom(1, 30, 5000),
  perSecond: fc.constantFrom(1, 40, 1000),
});

test('floods of any kind, one after the other: every comment is shown, folded or skipped, once', () => {
  fc.assert(
    fc.property(fc.array(crowd, { minLength: 1, maxLength: 3 }), (crowds) => {
      const lane = laneOf(40);
      let now = 0;
      for (const { count, perSecond, texts, users } of crowds) {
        lane.setPerSecond(perSecond, now);
        now += 1000;
        const from = lane.log.end;
        flood(
          lane,
          count,
          (index) => different(index % texts),
          (index) => stranger((index * 11) % users),
        );
        const batch = lane.flush(now);
        const events = batch?.events ?? [];
        const standFor = events.reduce((sum, { repeat }) => sum + repeat, 0);
        expect([batch?.from, batch?.to, standFor + (batch?.skipped ?? 0)]).toEqual([from, from + count, count]);
        if (count <= perSecond) {
          expect(events).toHaveLength(count);
          continue;
        }
        const keys = events.map(bodyOf).map((body) => ('comment' in body ? foldKey(body.comment.text) : ''));
        expect(new Set(keys)).toHaveLength(keys.length);
        // Whatever is condensed on the way, none of the places stays empty.
        expect(events).toHaveLength(Math.min(perSecond, texts, count));
      }
    }),
    { numRuns: 100 },
  );
}, 60_000);
