import { describe, expect, it } from 'vitest';
import type { ScenarioResult } from '../../../bench/lib/scenario.ts';
import { single } from '../../../bench/suite/figure-format.ts';
import { holdsStill, isRatio, mergeRuns } from '../../../bench/suite/merge-runs.ts';

const resultWith = (ratio: number, holds = true): ScenarioResult => ({
  question: 'q',
  command: 'c',
  notes: [],
  rows: [
    { label: 'Barrage', figures: { 'frames/s': { median: ratio * 100, min: 1, max: 999 }, '÷ control': single(ratio) } },
    { label: 'control', figures: { 'frames/s': single(100) } },
  ],
  verdicts: [{ promise: 'fast', holds, measured: String(ratio) }],
});

describe('holdsStill()', () => {
  it('allows 15 % of the median between the least and the most', () => {
    expect(holdsStill([0.925, 1, 1.075])).toBe(true);
    expect(holdsStill([0.92, 1, 1.08])).toBe(false);
  });
});

it('isRatio() goes by the name of a column', () => {
  expect(['÷ memcpy', 'full core ÷ control', 'ratio', 'CPU ratio, %'].every(isRatio)).toBe(true);
  expect(['frames/s', 'duration, s', 'p99 ms'].some(isRatio)).toBe(false);
});

describe('mergeRuns()', () => {
  it('leaves one run as it is, and says nothing of whether its ratios hold still', () => {
    const { rows, runs } = mergeRuns([resultWith(0.9)]);
    expect(runs).toBe(1);
    expect(rows).toEqual(resultWith(0.9).rows);
  });

  it('takes the median of the medians, and the least and the most of them', () => {
    const { rows } = mergeRuns([1, 0.9, 1.04].map((ratio) => resultWith(ratio)));
    expect(rows[0]?.figures['frames/s']).toEqual({ median: 100, min: 90, max: 104 });
    expect(rows[0]).not.toHaveProperty('unsteady');
  });

  it('names the ratios that do not hold still, in their row alone', () => {
    const { rows } = mergeRuns([1, 0.9, 1.1].map((ratio) => resultWith(ratio)));
    expect(rows.map(({ unsteady }) => unsteady)).toEqual([['÷ control'], undefined]);
  });

  it('takes a promise for kept when it was every time, and has what was measured of each', () => {
    const { verdicts } = mergeRuns([resultWith(1), resultWith(2, false)]);
    expect(verdicts).toEqual([{ promise: 'fast', holds: false, measured: '1; 2' }]);
  });

  it('keeps rows apart that have the same label', () => {
    const twice = (value: number): ScenarioResult => ({
      ...resultWith(1),
      rows: [10, 20].map((each) => ({ label: 'p99', figures: { ms: single(each + value) } })),
    });
    expect(mergeRuns([twice(0), twice(2)]).rows.map(({ figures }) => figures['ms'])).toEqual([
      { median: 11, min: 10, max: 12 },
      { median: 21, min: 20, max: 22 },
    ]);
  });

  it('tells texts that differ one beside the other', () => {
    const said = (text: string): ScenarioResult => ({ ...resultWith(1), rows: [{ label: 'peer', figures: { viewers: text } }] });
    expect(mergeRuns([said('n/a'), said('n/a')]).rows[0]?.figures['viewers']).toBe('n/a');
    expect(mergeRuns([said('0, 0'), said('1, 0')]).rows[0]?.figures['viewers']).toBe('0, 0; 1, 0');
  });
});
