import { expect, it } from 'vitest';
import { brokenBy } from '../../../bench/fanout/ramp.ts';
import { sampleRun } from './sample-run.ts';

it('brokenBy() answers nothing where all holds', () => {
  expect(brokenBy(sampleRun())).toBeUndefined();
});

it.each([
  ['2 viewers cut off', { lost: 2 }],
  ['comments not taken in within a second', { answerP99Ms: undefined }],
  ['comments taken in 700 ms late (p99)', { answerP99Ms: 700 }],
  ['comments missing', { deliveredPerSecond: 3700 }],
  ['p99 500 ms', { latency: { count: 1000, p50: 50, p99: 500, p999: 510 } }],
])('brokenBy() tells of %s', (broken, differences) => {
  expect(brokenBy(sampleRun(differences))).toBe(broken);
});
