import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from '../../src/protocol/cursor.ts';
import { formatRef, offsetsNamed } from '../../src/protocol/event.ts';
import { isRoomId } from '../../src/protocol/room-id.ts';

test('formatCursor() writes epoch.priority.chat', () => {
  expect(formatCursor('k3', { priority: 3, chat: 17 })).toBe('k3.3.17');
});

test('parseCursor() reads what formatCursor() wrote', () => {
  const offset = fc.integer({ min: 0, max: 999_999_999_999_999 });
  const epoch = fc.stringMatching(/^[a-z0-9]{1,16}$/);
  fc.assert(
    fc.property(epoch, offset, offset, (epoch, priority, chat) => {
      expect(parseCursor(formatCursor(epoch, { priority, chat }))).toEqual({ epoch, priority, chat });
    }),
  );
});

test('what parseCursor() takes, formatCursor() writes back to the letter', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9-]{1,3}\.[0-9-]{1,3}\.[0-9-]{1,3}$/), (text) => {
      const cursor = parseCursor(text);
      if (cursor) expect(formatCursor(cursor.epoch, cursor)).toBe(text);
    }),
    { numRuns: 1000 },
  );
});

test.each([
  '',
  'k3',
  'k3.1',
  'k3.1.2.3',
  '.1.2',
  'K3.1.2',
  'k_3.1.2',
  'k3.01.2',
  'k3.1.02',
  'k3.-1.2',
  'k3.+1.2',
  'k3.1e3.2',
  'k3.1.2 ',
  ' k3.1.2',
  'k3.1.2\n',
  'k3..2',
  'k3.1.',
  'k3.1.١',
  'k3.1000000000000000.2',
  `${'k'.repeat(17)}.1.2`,
])('parseCursor(%j) answers nothing', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});

test('formatRef() names the lane by its letter', () => {
  expect([formatRef('priority', 3), formatRef('chat', 17)]).toEqual(['p3', 'c17']);
});

test.each(['a', 'A-z_0', 'a'.repeat(64)])('isRoomId(%j)', (id) => {
  expect(isRoomId(id)).toBe(true);
});

test.each(['', 'a'.repeat(65), 'a b', 'a/b', 'a.b', 'ä', 'a\n', '弹幕', 5, null, undefined, ['a']])('not isRoomId(%j)', (id) => {
  expect(isRoomId(id)).toBe(false);
});

test('offsetsNamed() answers those of one lane', () => {
  const refs = ['p3', 'c17', 'p12', 'c999999999999999'];
  expect([offsetsNamed(refs, 'priority'), offsetsNamed(refs, 'chat')]).toEqual([
    [3, 12],
    [17, 999999999999999],
  ]);
});
