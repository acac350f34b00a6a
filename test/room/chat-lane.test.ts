import { expect, test } from 'vitest';
import { ChatLane } from '../../src/room/chat-lane.ts';
import { offsetsOf, sealedComment, sealedText } from '../support/events.ts';

const EMPTY = { from: 0, to: 0, events: [] };
const upTo = (count: number, from = 0) => Array.from({ length: count }, (_, index) => from + index + 1);

function laneOf({ perSecond = 10, held = EMPTY, phase = 0.5 }: Partial<ConstructorParameters<typeof ChatLane>[0]> = {}): ChatLane {
  return new ChatLane({ historySize: 64, windowMs: 100, perSecond, held, seed: 1, phase });
}

const accept = (lane: ChatLane, offsets: readonly number[], now = 0) => lane.accept(offsets.map(sealedComment), now);

test('what is pending is not in the log before its flush', () => {
  const lane = laneOf();
  accept(lane, [1, 2]);
  expect([lane.pending, lane.log.end]).toEqual([2, 0]);
  expect(lane.flush(0)).toMatchObject({ lane: 'chat', from: 0, to: 2, skipped: 0 });
  expect([lane.pending, lane.log.end]).toEqual([0, 2]);
});

test('batches chain: each begins where the one before ended, though its last comment was skipped', () => {
  const lane = laneOf({ perSecond: 2, held: { from: 0, to: 3, events: upTo(3).map(sealedComment) } });
  accept(lane, upTo(9, 3));
  const first = lane.flush(0);
  expect([first?.from, first?.to, first?.events.length, first?.skipped]).toEqual([3, 12, 2, 7]);
  accept(lane, [13], 500);
  expect(lane.flush(500)).toMatchObject({ from: 12, to: 13, skipped: 0 });
});

test('what the opening read has told already is passed over', () => {
  const lane = laneOf({ held: { from: 0, to: 3, events: upTo(3).map(sealedComment) } });
  accept(lane, [2, 3, 4]);
  accept(lane, [4, 5]);
  accept(lane, [1]);
  expect(lane.pending).toBe(2);
  expect(offsetsOf(lane.flush(0)?.events ?? [])).toEqual([4, 5]);
});

test('comments that never came are told as skipped where they are missing, and so once, though the room is opened anew', () => {
  const lane = laneOf();
  accept(lane, [1]);
  accept(lane, upTo(6, 2));
  lane.flush(0);
  expect(lane.log.after(0, { limit: 1 })).toMatchObject({ to: 1, skipped: 0 });
  expect(lane.log.after(1, { limit: 1 })).toMatchObject({ to: 3, skipped: 1 });
  expect(lane.log.after(3)).toMatchObject({ to: 8, skipped: 0 });
});

test('a flush of nothing answers nothing, opens no window, and uses up no density', () => {
  const lane = laneOf({ perSecond: 1 });
  expect([lane.flush(50), lane.dueAt(50)]).toEqual([undefined, undefined]);
  accept(lane, [1], 60);
  expect(lane.dueAt(60)).toBe(60);
});

test('what gathers is due when the window is over and a comment may be shown', () => {
  const lane = laneOf({ perSecond: 2 });
  accept(lane, [1]);
  lane.flush(0);
  accept(lane, [2]);
  expect(lane.dueAt(10)).toBe(100); // one is left of the second's two
  lane.flush(100);
  accept(lane, [3]);
  expect([lane.dueAt(110), lane.nextFlushAt(110)]).toEqual([500, 200]);
});

test('a quiet lane has a second’s worth to show at once', () => {
  const lane = laneOf({ perSecond: 10 });
  accept(lane, upTo(30));
  expect(lane.flush(0)?.events).toHaveLength(10);
  accept(lane, upTo(30, 30));
  expect(lane.flush(5000)?.events).toHaveLength(10);
});

test('over a minute of a flood as many are shown as the density allows, and not one more', () => {
  const lane = laneOf({ perSecond: 7 });
  let shown = 0;
  let said = 0;
  for (let now = 0; now < 60_000; now += 10) {
    accept(lane, upTo(5, said), now);
    said += 5;
    const due = lane.dueAt(now);
    if (due !== undefined && due <= now) shown += lane.flush(now)?.events.length ?? 0;
  }
  expect(shown).toBeLessThanOrEqual(7 + 60 * 7);
  expect(shown).toBeGreaterThanOrEqual(7 + 60 * 7 - 2);
});

test('a flush that cannot wait shows one comment at the least, and the next waits the longer', () => {
  const lane = laneOf({ perSecond: 2 });
  accept(lane, upTo(6));
  lane.flush(0);
  for (const offset of [7, 8]) {
    accept(lane, [offset]);
    expect(offsetsOf(lane.flush(0)?.events ?? [])).toEqual([offset]);
  }
  accept(lane, [9]);
  expect(lane.dueAt(0)).toBe(1500);
});

test('another density counts from when it is set', () => {
  const lane = laneOf({ perSecond: 1 });
  accept(lane, upTo(3));
  lane.flush(0);
  accept(lane, upTo(30, 3), 10);
  expect(lane.dueAt(10)).toBe(1000);
  lane.setPerSecond(100, 10);
  expect(lane.dueAt(10)).toBe(100);
  lane.setPerSecond(1, 100);
  expect(lane.flush(100)?.events).toHaveLength(1);
});

test('two lanes of one seed show the same of the same, and of another seed another choice', () => {
  const choice = (seed: number) => {
    const lane = new ChatLane({ historySize: 64, windowMs: 100, perSecond: 20, held: EMPTY, seed, phase: 0.5 });
    const crowd = upTo(200).map((offset) => sealedText(`c${offset}`, offset, { id: `u${offset}`, name: 'n' }));
    lane.accept(crowd, 0);
    return offsetsOf(lane.flush(0)?.events ?? []);
  };
  expect(choice(5)).toEqual(choice(5));
  expect(choice(5)).not.toEqual(choice(6));
});

test('a comment that is taken back while it waits for its window is not shown, and counts as skipped', () => {
  const lane = laneOf();
  accept(lane, [1, 2, 3]);
  lane.takeBack([2]);
  const batch = lane.flush(0);
  expect([batch?.from, batch?.to, batch?.skipped, offsetsOf(batch?.events ?? [])]).toEqual([0, 3, 1, [1, 3]]);
});

test('where all that is pending was taken back, the flush is of no events: the lane goes on past them', () => {
  const lane = laneOf();
  accept(lane, [1, 2]);
  lane.takeBack([1, 2]);
  expect(lane.flush(0)).toEqual({ lane: 'chat', from: 0, to: 2, skipped: 2, events: [] });
  expect([lane.pending, lane.dueAt(0)]).toEqual([0, undefined]);
});

test('a comment that has not come in cannot be taken back', () => {
  const lane = laneOf();
  accept(lane, [1]);
  lane.takeBack([2, 999_999_999_999_999]);
  accept(lane, [2]);
  expect(offsetsOf(lane.flush(0)?.events ?? [])).toEqual([1, 2]);
});

test('ChatLane.reach(): what did not come in up to there counts as skipped', () => {
  const lane = laneOf();
  accept(lane, [1]);
  lane.reach(3);
  lane.reach(2);
  expect([lane.end, lane.pending]).toEqual([3, 3]);
  expect(lane.flush(0)).toMatchObject({ from: 0, to: 3, skipped: 2 });
});
