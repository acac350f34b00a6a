import { expect, test } from 'vitest';
import type { FanOutRun } from '../../../bench/cluster/measure-fan-out.ts';
import { resultOf } from '../../../bench/cluster/result.ts';
import { Latencies } from '../../../bench/lib/latencies.ts';

const FAN_OUT: FanOutRun = {
  deliveredPerSecond: 4000,
  framesPerSecond: 1000,
  p50: 50,
  p99: 100,
  serverShare: 0.5,
  redisShare: 0.1,
  loadShare: 0.4,
  lost: 0,
  refused: 0,
};
const OPTIONS = { command: 'npm run bench -- cluster', viewers: 100, rate: 40 };

function latencies(...each: number[]): Latencies {
  const made = new Latencies();
  for (const ms of each) made.add(ms);
  return made;
}

function run(fanOut: Partial<FanOutRun> = {}, there: number[] = []) {
  return { latency: { ack: latencies(1), here: latencies(2, 3), there: latencies(...there) }, fanOut: { ...FAN_OUT, ...fanOut } };
}

test('a stand of one process has no row for the other, and one of two is put beside it', () => {
  const { rows, verdicts } = resultOf(
    new Map([
      ['embedded', [run({ framesPerSecond: 9999 })]],
      ['one', [run()]],
      ['two', [run({ serverShare: 1 }, [5])]],
    ]),
    OPTIONS,
  );
  expect(rows.map(({ label }) => label)).toEqual([
    ...['embedded: its ack', 'embedded: same process', 'one: its ack', 'one: same process'],
    ...['two: its ack', 'two: same process', 'two: the other process', 'embedded', 'one', 'two'],
  ]);
  const ratios = rows.map(({ figures }) => figures['÷ one, frames by CPU']).filter((ratio) => ratio !== undefined);
  expect(ratios).toEqual([{ median: 0.5, min: 0.5, max: 0.5 }]);
  expect(rows[6]?.figures['samples']).toEqual({ median: 1, min: 1, max: 1 });
  expect(verdicts.every(({ holds }) => holds)).toBe(true);
});

test('comments that were refused and viewers who were cut off break a promise', () => {
  const { verdicts } = resultOf(
    new Map([
      ['one', [run({ refused: 2 })]],
      ['two', [run({ lost: 3 })]],
    ]),
    OPTIONS,
  );
  expect(verdicts.map(({ holds, measured }) => [holds, measured])).toEqual([
    [false, '2 refused'],
    [false, '3 cut off'],
  ]);
});
