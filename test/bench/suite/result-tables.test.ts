import { describe, expect, it } from 'vitest';
import { single } from '../../../bench/suite/figure-format.ts';
import { fitted, tablesOf } from '../../../bench/suite/result-tables.ts';

describe('tablesOf()', () => {
  it('puts rows that share a column into one table, with empty cells where a row has no figure', () => {
    const rows = [
      { label: 'Barrage', figures: { ms: { median: 1.234, min: 1, max: 20 }, '÷ control': single(0.5) } },
      { label: 'control', figures: { ms: single(2.5) } },
      { label: 'restart', figures: { seconds: 'n/a' } },
    ];
    expect(tablesOf({ rows, runs: 1 })).toEqual([
      [
        ['', 'ms', '÷ control'],
        ['Barrage', '1.23 [1.00–20.00]', '0.50'],
        ['control', '2.50', ''],
      ],
      [
        ['', 'seconds'],
        ['restart', 'n/a'],
      ],
    ]);
  });

  it('says of repeated runs in the row whether its ratios hold still, and which does not when there are several', () => {
    const one = { label: 'a', figures: { '÷ control': single(1) } };
    const two = { label: 'b', figures: { 'x ÷ y': single(1), 'y ÷ z': single(1) }, unsteady: ['y ÷ z'] };
    const rows = [one, { ...one, unsteady: ['÷ control'] }, two];
    expect(tablesOf({ rows, runs: 3 }).map((table) => table.map((row) => row.at(-1)))).toEqual([
      ['ratios', 'hold still', 'does not hold still'],
      ['ratios', 'does not hold still: y ÷ z'],
    ]);
  });
});

describe('fitted()', () => {
  it('tells a wide table of few rows on its side', () => {
    const columns = Array.from({ length: 20 }, (_, index) => `column ${index}`);
    expect(
      fitted([
        ['', ...columns],
        ['Barrage', ...columns.map(String)],
      ])[1],
    ).toEqual(['column 0', 'column 0']);
  });

  it('leaves a narrow one alone', () => {
    const table = [
      ['', 'ms'],
      ['Barrage', '1'],
    ];
    expect(fitted(table)).toBe(table);
  });
});
