import { describe, expect, test } from 'vitest';
import { CursorTracker } from '../../src/client/cursor-tracker.ts';
import type { Batch, LoggedLane } from '../../src/protocol/event.ts';
import type { Joined } from '../../src/protocol/frame.ts';

function batch(lane: LoggedLane, from: number, to: number): Batch {
  const events = Array.from({ length: to - from }, (_, index) => ({ offset: from + index + 1, at: 0, notice: { text: 'n' } }));
  return { lane, from, to, skipped: 0, events };
}

function joined(answer: Partial<Joined>): Joined {
  return { room: 'r1', epoch: 'e1', cursor: 'e1.0.0', recovered: true, online: 0, batches: [], ...answer };
}

describe('CursorTracker.take()', () => {
  test('takes the batch that goes on where the one before ended', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const next = batch('chat', 10, 12);
    expect(tracker.take(next)).toBe(next);
    expect(tracker.cursor).toBe('e1.3.12');
  });

  test('answers nothing for what it has taken before', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    expect(tracker.take(batch('chat', 8, 10))).toBeUndefined();
    expect(tracker.cursor).toBe('e1.3.10');
  });

  test('cuts off the part that it has taken before', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    expect(tracker.take(batch('chat', 8, 12))).toEqual(batch('chat', 10, 12));
  });

  test('answers gap, and does not move, when something is missing', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    expect(tracker.take(batch('priority', 4, 5))).toBe('gap');
    expect(tracker.cursor).toBe('e1.3.10');
  });

  test('takes a batch whose comments were all skipped', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const skipped: Batch = { lane: 'chat', from: 10, to: 50, skipped: 40, events: [] };
    expect(tracker.take(skipped)).toBe(skipped);
    expect(tracker.cursor).toBe('e1.3.50');
  });

  test('always takes ambient batches', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const ambient: Batch = { lane: 'ambient', from: 0, to: 0, skipped: 0, events: [] };
    expect(tracker.take(ambient)).toBe(ambient);
    expect(tracker.cursor).toBe('e1.3.10');
  });
});

describe('CursorTracker.joined()', () => {
  test('takes everything when it brought no cursor', () => {
    const tracker = new CursorTracker('r1');
    expect(tracker.cursor).toBeUndefined();
    const { recovered, batches } = tracker.joined(joined({ cursor: 'e1.0.100', batches: [batch('chat', 85, 100)] }));
    expect(recovered).toBe(true);
    expect([...batches]).toEqual([batch('chat', 85, 100)]);
    expect(tracker.cursor).toBe('e1.0.100');
  });

  test('takes no offset twice when it recovered', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const answer = joined({ cursor: 'e1.3.12', batches: [batch('priority', 0, 3), batch('chat', 8, 12)] });
    expect([...tracker.joined(answer).batches]).toEqual([batch('chat', 10, 12)]);
  });

  test('takes lower offsets of a new epoch', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const answer = joined({ epoch: 'e2', cursor: 'e2.0.2', recovered: false, batches: [batch('chat', 0, 2)] });
    const { recovered, batches } = tracker.joined(answer);
    expect(recovered).toBe(false);
    expect([...batches]).toEqual([batch('chat', 0, 2)]);
    expect(tracker.cursor).toBe('e2.0.2');
  });

  test('takes the newest after a gap in one lane, and nothing twice in the other', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const answer = joined({ cursor: 'e1.4.900', recovered: false, batches: [batch('priority', 0, 4), batch('chat', 885, 900)] });
    expect([...tracker.joined(answer).batches]).toEqual([batch('priority', 3, 4), batch('chat', 885, 900)]);
    expect(tracker.cursor).toBe('e1.4.900');
  });

  test('takes a lane from its beginning when its log went back', () => {
    const tracker = new CursorTracker('r1', 'e1.0.100');
    const answer = joined({ cursor: 'e1.0.5', recovered: false, batches: [batch('chat', 0, 5)] });
    expect([...tracker.joined(answer).batches]).toEqual([batch('chat', 0, 5)]);
    expect(tracker.cursor).toBe('e1.0.5');
  });

  test.each([
    ['leaves out a stretch', joined({ cursor: 'e1.3.20', batches: [batch('chat', 12, 20)] })],
    ['moves the cursor over a stretch', joined({ cursor: 'e1.3.20', batches: [] })],
    ['is of another epoch', joined({ epoch: 'e2', cursor: 'e2.0.0' })],
  ])('is not recovered when the answer says so but %s', (_, answer) => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    const { recovered, batches } = tracker.joined(answer);
    expect(recovered).toBe(false);
    expect([...batches]).toEqual(answer.batches);
    expect(tracker.cursor).toBe(answer.cursor);
  });

  test('keeps its place when another node has not yet heard of it', () => {
    const tracker = new CursorTracker('r1', 'e1.3.10');
    expect([...tracker.joined(joined({ cursor: 'e1.3.8' })).batches]).toEqual([]);
    expect(tracker.take(batch('chat', 8, 10))).toBeUndefined();
    expect(tracker.cursor).toBe('e1.3.10');
  });

  test('stands after the batch at which its reader stopped', () => {
    const tracker = new CursorTracker('r1', 'e1.0.0');
    for (const _ of tracker.joined(joined({ cursor: 'e1.2.5', batches: [batch('priority', 0, 2), batch('chat', 0, 5)] })).batches) break;
    expect(tracker.cursor).toBe('e1.2.0');
  });
});

test('CursorTracker.move() forgets the cursor', () => {
  const tracker = new CursorTracker('r1', 'e1.3.10');
  tracker.move('r2');
  expect(tracker.room).toBe('r2');
  expect(tracker.cursor).toBeUndefined();
});

test('CursorTracker throws a RangeError for what is no cursor', () => {
  expect(() => new CursorTracker('r1', 'e1.3')).toThrow(RangeError);
});
