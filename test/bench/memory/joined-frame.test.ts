import { expect, test } from 'vitest';
import { readFrame } from '../../../bench/load/frame-facts.ts';
import { joinedFrame } from '../../../bench/memory/joined-frame.ts';

test.each([48, 60, 100, 400])('a frame of %i bytes is read as joined', (bytes) => {
  const frame = Buffer.from(joinedFrame(bytes));
  expect(frame.length).toBe(bytes);
  expect(readFrame({ bytes: frame, start: 0, end: frame.length })).toEqual({
    joined: { cursor: 'bare.0.0', recovered: true, batches: [] },
  });
});

test('a frame is no shorter than it can be', () => {
  expect(joinedFrame(0).length).toBeGreaterThan(0);
});
