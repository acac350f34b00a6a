import { expect, test } from 'vitest';
import { Latencies } from '../../../bench/lib/latencies.ts';
import { tailOf } from '../../../bench/rooms/tail-latency.ts';

test('the tail is in the 99.9th percentile, and not in the 99th', () => {
  const latencies = new Latencies();
  for (let count = 0; count < 998; count++) latencies.add(1);
  for (let count = 0; count < 2; count++) latencies.add(100);
  const { count, p50, p99, p999 } = tailOf(latencies);
  expect([count, p50, p99]).toEqual([1000, 1, 1]);
  expect(p999).toBeCloseTo(100, 0);
});

test('without durations all is 0', () => {
  expect(tailOf(new Latencies())).toEqual({ count: 0, p50: 0, p99: 0, p999: 0, max: 0 });
});
