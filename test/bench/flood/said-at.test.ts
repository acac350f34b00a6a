import { expect, it } from 'vitest';
import { saidAt, saidFrame } from '../../../bench/flood/said-at.ts';

it('saidAt() finds the times that saidFrame() put into comments, and nothing in others', () => {
  const text = (JSON.parse(saidFrame(12.34567)) as { comment: { text: string } }).comment.text;
  const events = [{ comment: { text } }, { comment: { text: 'hello' } }, { comment: { text: 'said 7.000' } }];
  expect(saidAt(JSON.stringify({ batch: { lane: 'chat', events } }))).toEqual([12.346, 7]);
});
