import { expect, it } from 'vitest';
import { linesOn } from '../../../bench/suite/progress-display.ts';

it('linesOn() writes a line when the text changes, and not for every step of it', () => {
  const lines: string[] = [];
  const display = linesOn((line) => lines.push(line));
  display.show('run 1', 0);
  display.show('run 1', 0.2);
  display.show('run 2', 0.5);
  expect(lines).toEqual(['run 1', 'run 2']);
});
