import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { single } from '../../../bench/suite/figure-format.ts';
import { readResults, type SuiteResults } from '../../../bench/suite/results-file.ts';
import { writeResults } from '../../../bench/suite/write-results.ts';

const results: SuiteResults = {
  schema: 1,
  date: '2026-11-22T04:05:06.000Z',
  machine: 'm',
  node: 'v20.20.2',
  command: 'npm run bench',
  pinning: 'none',
  seconds: 5,
  runs: 1,
  scenarios: [
    {
      name: 'wire',
      description: '',
      seconds: 1,
      each: [],
      errors: ['a second run failed'],
      result: {
        question: 'How many bytes?',
        command: 'npm run bench -- wire',
        runs: 1,
        notes: ['a note'],
        rows: [{ label: '40/s  poll JSON', figures: { body: single(175) } }],
        verdicts: [{ promise: 'few', holds: true, measured: '175' }],
      },
    },
  ],
};

describe('a results file', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'barrage-results-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is written with a page and the pictures that it can draw beside it, and read again', () => {
    const files = writeResults(results, folder);
    expect(files.map((file) => basename(file))).toEqual([
      '2026-11-22-0405.json',
      '2026-11-22-0405.md',
      '2026-11-22-0405-bytes-per-comment.svg',
    ]);
    expect(readResults(files[0] ?? '')).toEqual(results);
    const page = readFileSync(files[1] ?? '', 'utf8');
    expect(page).toContain('| 40/s  poll JSON | 175 |');
    expect(page).toContain('- few: yes (175)');
    expect(page).toContain('- Failed: a second run failed');
    expect(page).toContain('](2026-11-22-0405-bytes-per-comment.svg)');
  });

  it('is refused when it is missing, of another kind or of another schema', () => {
    const write = (text: string) => {
      const path = join(folder, 'x.json');
      writeFileSync(path, text);
      return path;
    };
    expect(() => readResults(join(folder, 'none.json'))).toThrow('cannot be read');
    expect(() => readResults(write('# page'))).toThrow('is no results file of the suite');
    expect(() => readResults(write('[]'))).toThrow('is no results file of the suite');
    expect(() => readResults(write('{"schema":2}'))).toThrow('has schema 2: 1 is what is read here');
  });
});
