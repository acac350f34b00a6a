import { expect, it } from 'vitest';
import { brokenBy, rowOf } from '../../../bench/fanout/ramp.ts';
import { sampleRun } from './sample-run.ts';

it('brokenBy() answers nothing where all holds', () => {
  expect(brokenBy(sampleRun())).toBeUndefined();
});

it.each([
  ['2 viewers cut off', { lost: 2 }],
  ['comments not taken in within a second', { answerP99Ms: undefined }],
  ['comments taken in 700 ms late (p99)', { answerP99Ms: 700 }],
  ['comments missing', { seenPerSecond: 37 }],
  ['p99 500 ms', { latency: { count: 1000, p50: 50, p99: 500, p999: 510 } }],
])('brokenBy() tells of %s', (broken, differences) => {
  expect(brokenBy(sampleRun(differences))).toBe(broken);
});

it('rowOf() tells the step that held and the one that did not, and of a ramp that ended says so', () => {
  const held = sampleRun({ viewers: 2000 });
  const failed = sampleRun({ viewers: 4000, lost: 2 });
  const most = (ramp: Parameters<typeof rowOf>[1]) => rowOf('one', ramp).figures['most viewers held'];
  expect(most({ held, failed })).toBe('2000, not 4000');
  expect(most({ held, failed: undefined })).toBe('at least 2000');
  expect(most({ held: undefined, failed })).toBe('fewer than 4000');
  expect(rowOf('one', { held, failed }).figures['what did not hold with more']).toContain('2 viewers cut off (server 50 % of its core');
});
