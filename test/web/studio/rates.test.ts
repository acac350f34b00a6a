import { describe, expect, test } from 'vitest';
import { areaPoints, linePoints } from '../../../src/web/studio/rate-chart.ts';
import { RateSeries } from '../../../src/web/studio/rate-series.ts';

describe('RateSeries', () => {
  test('counts each second for itself', () => {
    const series = new RateSeries(1000);
    series.count(1100, { shown: 3 });
    series.online(5);
    series.count(1900, { shown: 1, skipped: 7 });
    series.count(2000, { gifts: 2 });
    expect(series.advance(3000)).toEqual([
      { shown: 4, skipped: 7, gifts: 0, online: 5 },
      { shown: 0, skipped: 0, gifts: 2, online: 5 },
    ]);
  });

  test('a second is told once it is over', () => {
    const series = new RateSeries(1500);
    series.count(1600, { shown: 1 });
    expect(series.advance(1999)).toEqual([]);
    expect(series.advance(2000)).toHaveLength(1);
    expect(series.advance(2000)).toHaveLength(1);
  });

  test('in seconds that nobody looked at nothing came, and two minutes are all that is kept', () => {
    const series = new RateSeries(0);
    series.count(500, { shown: 9 });
    const points = series.advance(5000);
    expect(points.map(({ shown }) => shown)).toEqual([9, 0, 0, 0, 0]);
    expect(series.advance(3_600_000)).toHaveLength(120);
    expect(series.advance(3_600_000)[0]).toMatchObject({ shown: 0 });
  });
});

test('a chart ends at its right edge, its highest value at the top', () => {
  expect(linePoints([0, 5, 10], 10)).toBe('118,34.5 119,18.0 120,1.5');
  expect(areaPoints([10, 0], 10)).toBe('119,36 119,1.5 120,34.5 120,36');
  expect([linePoints([], 0), areaPoints([], 0), linePoints([0], 0)]).toEqual(['', '', '120,34.5']);
});
