import { describe, expect, it } from 'vitest';
import type { BatchFacts } from '../../../bench/load/frame-facts.ts';
import { ViewerTally } from '../../../bench/load/viewer-tally.ts';
import { extentOf, reportOf } from '../../../bench/load/viewers-report.ts';

const batch = (facts: Partial<BatchFacts>): BatchFacts => ({
  lane: 'chat',
  from: 0,
  to: 0,
  skipped: 0,
  repeats: 0,
  gifts: 0,
  times: [],
  ...facts,
});

function tallyOf(...batches: readonly Partial<BatchFacts>[]): ViewerTally {
  const tally = new ViewerTally();
  tally.start({ priority: 3, chat: 100 });
  for (const facts of batches) tally.take(batch(facts));
  return tally;
}

describe('ViewerTally', () => {
  it('knows of every comment of a range: shown, folded or skipped', () => {
    const tally = tallyOf({ from: 100, to: 110, repeats: 6, skipped: 4, times: [1, 2] }, { from: 110, to: 111, repeats: 1, times: [3] });
    expect(tally.told).toBe(11);
    expect(tally.range('chat')).toBe(11);
    expect(tally.chat).toMatchObject({ frames: 2, events: 3, gaps: 0 });
  });

  it('has a gap where a batch is missing, and where one comes twice', () => {
    expect(tallyOf({ from: 101, to: 102 }).chat.gaps).toBe(1);
    expect(tallyOf({ from: 100, to: 102 }, { from: 100, to: 102 }).chat.gaps).toBe(1);
  });

  it('keeps its lanes apart', () => {
    const tally = tallyOf({ lane: 'priority', from: 3, to: 4, gifts: 1, times: [1] }, { from: 100, to: 101, repeats: 1, times: [1] });
    expect(tally.priority.gaps + tally.chat.gaps).toBe(0);
    expect(tally).toMatchObject({ gifts: 1, repeats: 1, frames: 2 });
  });

  it('finds no gap in the ambient lane, which has no range', () => {
    expect(tallyOf({ lane: 'ambient', times: [1] }, { lane: 'ambient', times: [1] })).toMatchObject({ frames: 2, told: 0 });
  });
});

describe('reportOf()', () => {
  it('tells of viewers apart and together', () => {
    const first = tallyOf(
      { from: 100, to: 104, repeats: 3, skipped: 1, times: [1] },
      { lane: 'priority', from: 3, to: 5, gifts: 2, times: [1, 1] },
    );
    const second = tallyOf({ from: 100, to: 102, repeats: 1, times: [1] }, { lane: 'priority', from: 4, to: 5, gifts: 1, times: [1] });
    expect(reportOf([first, second])).toMatchObject({
      viewers: 2,
      frames: 4,
      gifts: { least: 1, most: 2, sum: 3 },
      told: { least: 1, most: 4, sum: 5 },
      unbalanced: 1,
      missingPriority: 1,
      gaps: { priority: 1, chat: 0 },
      reached: { priority: 5, chat: 102 },
    });
  });
});

describe('extentOf()', () => {
  it('takes more values than a call takes arguments', () => {
    expect(extentOf(Array.from({ length: 300_000 }, (_, index) => index))).toMatchObject({ least: 0, most: 299_999 });
  });

  it('is zeros for nobody', () => {
    expect(extentOf([])).toEqual({ least: 0, most: 0, sum: 0 });
  });
});
