import { expect, test } from 'vitest';
import { LastComments } from '../../src/limits/last-comments.ts';
import { added, metrics } from '../support/metrics.ts';

const place = (viewer: string, room = 'r1') => ({ room, viewer });

test('what each viewer last said in each room is known', () => {
  const last = new LastComments({ metrics });
  last.said(place('u1'), 1);
  last.said(place('u1'), 2);
  last.said(place('u1', 'r2'), 3);
  expect([last.at(place('u1')), last.at(place('u1', 'r2')), last.at(place('u2'))]).toEqual([2, 3, undefined]);
  expect(last.size).toBe(2);
});

test('no viewer and room together are those of another', () => {
  const last = new LastComments({ metrics });
  last.said(place('bc', 'a'), 1);
  expect(last.at(place('c', 'ab'))).toBeUndefined();
  expect(last.at(place('c', 'a'))).toBeUndefined();
});

test('past the bound who was silent longest is forgotten, and it is counted', async () => {
  const last = new LastComments({ metrics, maxViewers: 2 });
  last.said(place('u1'), 1);
  last.said(place('u2'), 2);
  last.said(place('u1'), 3);
  expect(await added('limitKeysEvicted', () => last.said(place('u3'), 4))).toBe(1);
  expect([last.at(place('u1')), last.at(place('u2')), last.at(place('u3'))]).toEqual([3, undefined, 4]);
});
