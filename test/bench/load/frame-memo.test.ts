import { expect, it } from 'vitest';
import { bareFrame } from '../../../bench/load/bare-frame.ts';
import { FrameMemo } from '../../../bench/load/frame-memo.ts';

const frame = (offset: number) => Buffer.from(bareFrame({ lane: 'chat', offset, bytes: 80, at: 1_795_300_000_000 }));
const whole = (bytes: Buffer) => ({ bytes, start: 0, end: bytes.length });

it('FrameMemo reads the same bytes once, wherever they lie', () => {
  const memo = new FrameMemo();
  const facts = memo.factsOf(whole(frame(7)));
  const elsewhere = Buffer.concat([frame(6), frame(7)]);
  expect(memo.factsOf({ bytes: elsewhere, start: frame(6).length, end: elsewhere.length })).toBe(facts);
  expect(memo.read).toBe(1);
});

it('FrameMemo keeps no bytes that are overwritten later', () => {
  const memo = new FrameMemo();
  const shared = frame(7);
  memo.factsOf(whole(shared));
  frame(8).copy(shared);
  expect(memo.factsOf(whole(shared))).toMatchObject({ batch: { to: 8 } });
  expect(memo.factsOf(whole(frame(7)))).toMatchObject({ batch: { to: 7 } });
});

it('FrameMemo forgets, and reads again', () => {
  const memo = new FrameMemo();
  for (let offset = 1; offset <= 100; offset++) memo.factsOf(whole(frame(offset)));
  expect(memo.factsOf(whole(frame(1)))).toMatchObject({ batch: { from: 0, to: 1 } });
  expect(memo.read).toBe(101);
});
