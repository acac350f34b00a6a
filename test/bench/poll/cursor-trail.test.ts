import { describe, expect, it } from 'vitest';
import { CursorTrail } from '../../../bench/poll/cursor-trail.ts';

describe('CursorTrail', () => {
  it('answers the cursor that was current at a time', () => {
    const trail = new CursorTrail(1000);
    trail.add(100, 'a');
    trail.add(200, 'b');
    trail.add(250, 'b');
    trail.add(300, 'c');
    expect([50, 100, 199, 200, 299, 300, 9000].map((at) => trail.at(at))).toEqual(['a', 'a', 'a', 'b', 'b', 'c', 'c']);
  });

  it('answers nothing while it is empty', () => {
    expect(new CursorTrail(1000).at(5)).toBeUndefined();
  });

  it('forgets what was replaced before the time that it keeps, and no more', () => {
    const trail = new CursorTrail(1000);
    for (const [at, cursor] of [
      [0, 'a'],
      [100, 'b'],
      [600, 'c'],
      [1300, 'd'],
    ] as const) {
      trail.add(at, cursor);
    }
    expect(trail.at(300)).toBe('b');
    expect(trail.at(0)).toBe('b');
  });
});
