import { expect, it } from 'vitest';
import { fanoutRow } from '../../../bench/fanout/rows.ts';
import { sampleRun } from './sample-run.ts';

it('fanoutRow() counts by the seconds of the processor', () => {
  const { figures } = fanoutRow('Barrage', [sampleRun()]);
  expect(figures).toMatchObject({
    'M comments per CPU s': { median: 0.008 },
    'frames per CPU s': { median: 2000 },
    'server core %': { median: 50 },
    'RSS MB': { median: 2 },
  });
});

it('fanoutRow() holds the spread of several runs', () => {
  const { figures } = fanoutRow('Barrage', [sampleRun({ framesPerSecond: 900 }), sampleRun(), sampleRun({ framesPerSecond: 1300 })]);
  expect(figures['frames/s']).toEqual({ median: 1000, min: 900, max: 1300 });
});

it('fanoutRow() tells no comments of a server that takes in none, and no latency that was not measured', () => {
  const { figures } = fanoutRow('control', [
    sampleRun({ commentsIn: undefined, loopDelayMs: undefined, latency: { count: 0, p50: 0, p99: 0, p999: 0 } }),
  ]);
  for (const name of ['comments/s in', 'comments/s delivered', 'M comments per CPU s', 'p99.9 ms', 'loop delay p99 ms']) {
    expect(figures[name]).toBe('n/a');
  }
});
