import { describe, expect, it } from 'vitest';
import { Pace } from '../../../bench/replay/pace.ts';

describe('Pace', () => {
  it('plays the first comment at once, and others as long after it as in the recording', () => {
    const pace = new Pace(1);
    expect(pace.waitMs(60_000, 5)).toBe(0);
    expect(pace.waitMs(60_250, 5)).toBe(250);
    expect(pace.waitMs(60_250, 255)).toBe(0);
    expect(pace.waitMs(61_000, 300)).toBe(705);
    expect(pace.reachedMs).toBe(1000);
  });

  it('divides the time by the speed', () => {
    const pace = new Pace(10);
    pace.waitMs(0, 0);
    expect(pace.waitMs(5000, 100)).toBe(400);
  });

  it('plays a comment that is older than the one before at once, and keeps the pace of the others', () => {
    const pace = new Pace(1);
    pace.waitMs(10_000, 0);
    pace.waitMs(11_000, 1000);
    expect(pace.waitMs(3000, 1000)).toBe(0);
    expect(pace.waitMs(11_500, 1000)).toBe(500);
  });

  it('makes up for a short delay', () => {
    const pace = new Pace(1);
    pace.waitMs(0, 0);
    expect(pace.waitMs(100, 900)).toBe(0);
    expect(pace.waitMs(1000, 900)).toBe(100);
  });

  it('goes on from where it is after a long delay, without a burst', () => {
    const pace = new Pace(1);
    pace.waitMs(0, 0);
    expect(pace.waitMs(100, 30_000)).toBe(0);
    expect(pace.waitMs(400, 30_000)).toBe(300);
  });
});
