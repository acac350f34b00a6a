import { describe, expect, it } from 'vitest';
import { CursorTrail } from '../../../bench/poll/cursor-trail.ts';
import { cursorOf, pollPath } from '../../../bench/poll/poller-mix.ts';

const NOW = 10_000;

/** A room that moved on every 100 ms; a cursor is the time since when it has been current. */
function trail(): CursorTrail {
  const moved = new CursorTrail(5000);
  for (let at = 0; at <= NOW; at += 100) moved.add(at, String(at));
  return moved;
}

describe('cursorOf()', () => {
  const cursors = (mix: 'behind' | 'current') =>
    Array.from({ length: 60 }, (_, index) => cursorOf({ index, of: 60 }, { trail: trail(), mix, now: NOW }));

  it('brings a crowd with cursors about a second old, one in twenty of it new', () => {
    const brought = cursors('behind');
    expect(brought.filter((cursor) => cursor === undefined)).toHaveLength(3);
    const ages = brought.flatMap((cursor) => (cursor === undefined ? [] : [NOW - Number(cursor)]));
    expect(Math.min(...ages)).toBe(800);
    expect(Math.max(...ages)).toBe(1300);
    expect(new Set(ages).size).toBe(6);
  });

  it('brings the newest cursor where nothing is to be new', () => {
    expect(new Set(cursors('current'))).toEqual(new Set([String(NOW)]));
  });
});

describe('pollPath()', () => {
  it('asks with a cursor, or without', () => {
    expect(pollPath('busy', 'e1.0.12')).toBe('/v1/rooms/busy/events?cursor=e1.0.12');
    expect(pollPath('busy', undefined)).toBe('/v1/rooms/busy/events');
  });
});
