import { expect, test } from 'vitest';
import { microCases } from '../../../bench/micro/cases.ts';

test('every case has a name of its own, and does something', () => {
  const cases = microCases();
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  for (const { name, work } of cases) expect(Object.keys(work()).length, name).toBeGreaterThan(0);
});

test('a client’s comment is accepted in either codec', () => {
  const answers = microCases()
    .filter(({ name }) => name.startsWith('decode and check'))
    .map(({ work }) => work());
  expect(answers).toMatchObject([{ ok: true }, { ok: true }]);
});

test('a flood of a thousand shows four', () => {
  const flood = microCases().find(({ name }) => name.startsWith('Density'));
  expect(flood?.work()).toHaveLength(4);
});
