import { expect, test } from 'vitest';
import { readFrame } from '../../../bench/load/frame-facts.ts';
import { StampedFrame } from '../../../bench/rooms/stamped-frame.ts';

const whole = (bytes: Buffer) => ({ bytes, start: 0, end: bytes.length });

test('a stamped frame has the bytes asked for, and tells the time it was stamped with', () => {
  const frame = new StampedFrame({ lane: 'chat', bytes: 200 }).stamped(1_800_000_000_000);
  expect(frame.length).toBe(200);
  expect(readFrame(whole(frame))).toMatchObject({ batch: { lane: 'chat', repeats: 1, times: [1_800_000_000_000] } });
});

test('a frame that is stamped again tells the later time', () => {
  const frame = new StampedFrame({ lane: 'priority', bytes: 90 });
  frame.stamped(1_795_300_000_001);
  expect(readFrame(whole(frame.stamped(1_795_300_000_129)))).toMatchObject({ batch: { lane: 'priority', times: [1_795_300_000_129] } });
});
