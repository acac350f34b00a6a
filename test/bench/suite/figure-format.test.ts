import { expect, it } from 'vitest';
import { formatFigure, formatNumber } from '../../../bench/suite/figure-format.ts';

it('formatNumber() shows about three digits that count', () => {
  expect([0, 7, 0.0123, 0.123, 1.234, 12.34, 1234.5, Number.NaN].map((value) => formatNumber(value))).toEqual([
    '0',
    '7',
    '0.012',
    '0.12',
    '1.23',
    '12.3',
    '1235',
    'n/a',
  ]);
});

it('formatFigure() shows a spread only where there is one', () => {
  expect(formatFigure({ median: 1.5, min: 1.5, max: 1.5 })).toBe('1.50');
  expect(formatFigure({ median: 1.5, min: 1, max: 22 })).toBe('1.50 [1.00–22.00]');
  expect(formatFigure('n/a')).toBe('n/a');
});
