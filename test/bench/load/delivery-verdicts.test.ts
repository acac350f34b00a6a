import { describe, expect, it } from 'vitest';
import { deliveryVerdicts } from '../../../bench/load/delivery-verdicts.ts';
import type { BroadcastFigures } from '../../../bench/load/measure-broadcast.ts';

function runOf({ gifts, told }: { gifts: readonly [number, number]; told: readonly [number, number] }): BroadcastFigures {
  const extent = ([least, most]: readonly [number, number]) => ({ least, most, sum: least + most });
  const crowd = {
    viewers: 2,
    connected: 2,
    gifts: extent(gifts),
    told: extent(told),
    skipped: extent([0, 0]),
    gaps: { priority: 0, chat: 0 },
  };
  const posts = { gifts: { accepted: 10 }, comments: { accepted: 500 } };
  return { crowd, posts, isComplete: true, shownPerSecond: 40 } as unknown as BroadcastFigures; // what deliveryVerdicts() looks at
}

describe('deliveryVerdicts()', () => {
  it('says yes where every viewer has everything, in every run', () => {
    const verdicts = deliveryVerdicts([runOf({ gifts: [10, 10], told: [500, 500] })]);
    expect(verdicts.map(({ promise, holds }) => ({ promise, holds }))).toEqual([
      { promise: 'every gift reached every viewer', holds: true },
      { promise: 'repeats shown and comments skipped are those accepted, for every viewer', holds: true },
      { promise: 'no viewer has a gap, none was cut off, all reached the end', holds: true },
    ]);
  });

  it('takes no surplus of one viewer for the lack of another', () => {
    const [gifts, told] = deliveryVerdicts([runOf({ gifts: [9, 11], told: [499, 501] })]);
    expect(gifts).toMatchObject({ holds: false, measured: '0 of 20 missing' });
    expect(told).toMatchObject({ holds: false, measured: expect.stringMatching(/^difference -1 to 1;/) });
  });
});
