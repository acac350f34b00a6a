import { expect, test } from 'vitest';
import { socketUrl } from '../../src/client/socket-url.ts';

test.each([
  ['http://host:8080', 'ws://host:8080/v1/ws?room=r1'],
  ['https://host', 'wss://host/v1/ws?room=r1'],
  ['ws://host/', 'ws://host/v1/ws?room=r1'],
  ['wss://host/live', 'wss://host/live/v1/ws?room=r1'],
  ['https://host/live/comments//', 'wss://host/live/comments/v1/ws?room=r1'],
  ['https://host/live?key=a#top', 'wss://host/live/v1/ws?key=a&room=r1'],
])('socketUrl() of %s is %s', (base, url) => {
  expect(socketUrl(base, { room: 'r1', cursor: undefined })).toBe(url);
  expect(socketUrl(new URL(base), { room: 'r1', cursor: undefined })).toBe(url);
});

test('socketUrl() brings the cursor along', () => {
  expect(socketUrl('http://host', { room: 'r1', cursor: 'e1.2.3' })).toBe('ws://host/v1/ws?room=r1&cursor=e1.2.3');
});

test.each(['ftp://host', 'not an address', ''])('socketUrl() throws a TypeError for %j', (base) => {
  expect(() => socketUrl(base, { room: 'r1', cursor: undefined })).toThrow(TypeError);
});
