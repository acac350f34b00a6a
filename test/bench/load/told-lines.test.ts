import { describe, expect, it } from 'vitest';
import type { BroadcastFigures } from '../../../bench/load/measure-broadcast.ts';
import { deliveryLines } from '../../../bench/load/told-lines.ts';

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
  return { crowd, posts, isComplete: true, shownPerSecond: 40 } as unknown as BroadcastFigures; // what deliveryLines() looks at
}

describe('deliveryLines()', () => {
  it('says yes where every viewer has everything, in every run', () => {
    const lines = deliveryLines([runOf({ gifts: [10, 10], told: [500, 500] })]);
    expect(lines.map((line) => line.replace(/ \(.*/, ''))).toEqual([
      'every gift reached every viewer: yes',
      'repeats shown and comments skipped are those accepted, for every viewer: yes',
      'no viewer has a gap, none was cut off, all reached the end: yes',
    ]);
  });

  it('takes no surplus of one viewer for the lack of another', () => {
    const [gifts, told] = deliveryLines([runOf({ gifts: [9, 11], told: [499, 501] })]);
    expect(gifts).toMatch(/: no \(0 of 20 missing\)/);
    expect(told).toMatch(/: no \(difference -1 to 1;/);
  });
});
