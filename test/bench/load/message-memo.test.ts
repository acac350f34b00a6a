import { expect, it } from 'vitest';
import { MessageMemo } from '../../../bench/load/message-memo.ts';

const whole = (bytes: Buffer) => ({ bytes, start: 0, end: bytes.length });
const message = (at: number) => Buffer.from(String(at).padStart(4, '0'));
const memoOfNumbers = () => new MessageMemo(({ bytes, start, end }) => ({ times: [Number(bytes.toString('utf8', start, end))] }));

it('MessageMemo reads the same bytes once, wherever they lie', () => {
  const memo = memoOfNumbers();
  const facts = memo.factsOf(whole(message(7)));
  expect(facts).toEqual({ times: [7] });
  expect(memo.factsOf({ bytes: Buffer.concat([message(6), message(7)]), start: 4, end: 8 })).toBe(facts);
  expect(memo.readCount).toBe(1);
});

it('MessageMemo knows the messages before the last', () => {
  const memo = memoOfNumbers();
  const facts = memo.factsOf(whole(message(1)));
  memo.factsOf(whole(message(2)));
  expect(memo.factsOf(whole(message(1)))).toBe(facts);
  expect(memo.factsOf(whole(message(2)))).toEqual({ times: [2] });
  expect(memo.readCount).toBe(2);
});

it('MessageMemo keeps no bytes that are overwritten later', () => {
  const memo = memoOfNumbers();
  const shared = message(7);
  memo.factsOf(whole(shared));
  message(8).copy(shared);
  expect(memo.factsOf(whole(shared))).toEqual({ times: [8] });
  expect(memo.factsOf(whole(message(7)))).toEqual({ times: [7] });
});

it('MessageMemo forgets, and reads again', () => {
  const memo = memoOfNumbers();
  for (let at = 1; at <= 100; at++) memo.factsOf(whole(message(at)));
  expect(memo.factsOf(whole(message(1)))).toEqual({ times: [1] });
  expect(memo.readCount).toBe(101);
});
