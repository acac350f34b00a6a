import { expect, test } from 'vitest';
import { roomOfPath } from '../../src/web/room-path.ts';

test('roomOfPath() is the last segment, behind any prefix', () => {
  expect(roomOfPath('/watch/demo')).toEqual({ room: 'demo' });
  expect(roomOfPath('/some/proxy/overlay/A-b_9')).toEqual({ room: 'A-b_9' });
});

test.each(['/watch/', '/watch/a%20b', '/watch/%E0%A4%A', `/watch/${'x'.repeat(65)}`])(
  'roomOfPath() of %s says what a room id is',
  (path) => {
    expect(roomOfPath(path)).toMatchObject({ problem: expect.stringContaining('is not a room id: 1 to 64') });
  },
);
