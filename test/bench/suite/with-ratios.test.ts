import { expect, it } from 'vitest';
import type { ResultRow, ScenarioResult } from '../../../bench/lib/scenario.ts';
import { single } from '../../../bench/suite/figure-format.ts';
import { withRatios } from '../../../bench/suite/with-ratios.ts';

const resultWith = (rows: readonly ResultRow[]): ScenarioResult => ({ question: '', command: '', rows, verdicts: [], notes: [] });
const rowOf = (label: string, frames: number, comments: number | string): ResultRow => ({
  label,
  figures: { 'frames per CPU s': single(frames), 'M comments per CPU s': typeof comments === 'number' ? single(comments) : comments },
});

it('withRatios() sets the first of ours beside the control, and its comments beside those of each peer', () => {
  const ours = [rowOf('Barrage, 100 ms', 90, 8), rowOf('Barrage, 500 ms', 80, 40)];
  const { rows } = withRatios(resultWith([...ours, rowOf('control, 100 ms', 100, 'n/a'), rowOf('Socket.IO', 45, 2)]));
  expect(rows.map(({ figures }) => Object.entries(figures).slice(2))).toEqual([
    [['÷ control, frames per CPU s', single(0.9)]],
    [],
    [],
    [['Barrage ÷ it, M comments per CPU s', single(4)]],
  ]);
});

it('withRatios() leaves a scenario alone that makes its own', () => {
  const result = resultWith([{ label: 'Barrage', figures: { 'joins/CPU s': single(1), '÷ control': single(1) } }]);
  expect(withRatios(result)).toBe(result);
});
