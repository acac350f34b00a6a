import { expect, it } from 'vitest';
import { Arrivals } from '../../../bench/load/arrivals.ts';

it('Arrivals counts what was stored and noted since it began, and nothing from before', () => {
  const arrivals = new Arrivals<number>();
  arrivals.take([Date.now()]);
  arrivals.note((ms) => ms);
  expect([arrivals.latencies.count, arrivals.notes]).toEqual([0, []]);
  for (const round of [1, 2]) {
    arrivals.begin();
    arrivals.take([0, Date.now(), Date.now()]);
    arrivals.note(() => round);
    expect([arrivals.latencies.count, arrivals.notes]).toEqual([2, [round]]);
  }
});
