import { describe, expect, it } from 'vitest';
import { single } from '../../../bench/suite/figure-format.ts';
import { insertSection, sectionOf } from '../../../bench/suite/insert-section.ts';
import { fileNamedIn, readmeFigures } from '../../../bench/suite/readme-figures.ts';
import type { SuiteResults } from '../../../bench/suite/results-file.ts';

const FILE = 'bench/results/2026-11-22-0405.json';
const results: SuiteResults = {
  schema: 1,
  date: '2026-11-22T04:05:06.000Z',
  commit: 'abc1234',
  machine: '2 × Some CPU',
  node: 'v20.20.2',
  command: 'npm run bench -- --runs 3',
  pinning: 'server on core 0',
  seconds: 500,
  runs: 3,
  scenarios: [
    {
      name: 'fanout',
      description: '',
      seconds: 60,
      each: [],
      errors: [],
      result: {
        question: 'What does one core deliver?',
        command: '',
        runs: 3,
        notes: [],
        rows: [
          { label: 'Barrage', figures: { viewers: single(5000), 'p50 ms': single(50), 'p99.9 ms': single(300), 'p99 ms': single(120) } },
          { label: 'Centrifugo', figures: { viewers: 'not on the PATH' } },
        ],
        verdicts: [{ promise: 'a|b at least 5', holds: false, measured: '4.5' }],
      },
    },
    { name: 'soak', description: '', seconds: 1, each: [], errors: ['broken'] },
  ],
};

describe('readmeFigures()', () => {
  const text = readmeFigures(results, FILE);

  it('names machine, Node, date, commit, command and file', () => {
    for (const named of ['2 × Some CPU', 'v20.20.2', '2026-11-22', 'abc1234', '`npm run bench -- --runs 3`', 'over 3 runs', FILE]) {
      expect(text).toContain(named);
    }
    expect(fileNamedIn(text)).toBe(FILE);
  });

  it('has the servers that have figures side by side, and every promise with what was measured', () => {
    expect(text).toContain('|  | p50 ms | p99 ms |\n| --- | ---: | ---: |\n| Barrage | 50 | 120 |');
    expect(text).not.toContain('Centrifugo');
    expect(text).toContain('| `fanout` | a\\|b at least 5 | 4.5 | no |');
  });
});

describe('insertSection()', () => {
  const section = { file: 'README.md', name: 'figures' };

  it('replaces what is between the markers, and nothing else', () => {
    const once = insertSection('a\n<!-- figures -->\nold\n<!-- /figures -->\nb', { ...section, body: 'new $1 $&' });
    expect(once).toBe('a\n<!-- figures -->\nnew $1 $&\n<!-- /figures -->\nb');
    expect(insertSection(once, { ...section, body: 'new $1 $&' })).toBe(once);
    expect(sectionOf(once, section)).toBe('new $1 $&');
  });

  it('says which marker is missing, is there twice or comes too early', () => {
    const insert = (text: string) => () => insertSection(text, { ...section, body: '' });
    expect(insert('no markers')).toThrow('README.md has the marker <!-- figures --> nowhere: it is needed once');
    expect(insert('<!-- figures -->')).toThrow('the marker <!-- /figures --> nowhere');
    expect(insert('<!-- figures --><!-- figures --><!-- /figures -->')).toThrow('<!-- figures --> 2 times');
    expect(insert('<!-- /figures --><!-- figures -->')).toThrow('<!-- /figures --> before <!-- figures -->');
  });
});

it('fileNamedIn() finds no file in figures that someone typed', () => {
  expect(() => fileNamedIn('| a | b |')).toThrow('name no results file');
});
