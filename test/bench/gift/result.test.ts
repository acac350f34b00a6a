import { expect, it } from 'vitest';
import { busiestSecond } from '../../../bench/gift/result.ts';
import type { CrowdReport, FrameNote } from '../../../bench/load/viewer-messages.ts';

const note = (ms: number, events: number, lane: FrameNote['lane'] = 'chat'): FrameNote => ({ ms, lane, bytes: 100, events });

it('busiestSecond() finds the second with the most comments, wherever it begins', () => {
  const notes = [note(0, 40), note(900, 5), note(1000, 30), note(1500, 20), note(1899, 9), note(1500, 99, 'priority'), note(9000, 50)];
  expect(busiestSecond({ crowd: { notes } as unknown as CrowdReport })).toBe(64); // no more is looked at
});
