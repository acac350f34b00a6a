import { expect, it } from 'vitest';
import { repeatCommand } from '../../../bench/suite/repeat-command.ts';

it('repeatCommand() gives every option as it is typed', () => {
  const options = { runs: 3, cohortSize: 1000, sweep: true, alone: false, file: undefined, only: 'JSON, gzip' };
  expect(repeatCommand('poll', options)).toBe("npm run bench -- poll --runs 3 --cohort-size 1000 --sweep --only 'JSON, gzip'");
});

it('repeatCommand() of the whole suite names no scenario', () => {
  expect(repeatCommand('', { runs: 2 })).toBe('npm run bench -- --runs 2');
});
