import { describe, expect, test } from 'vitest';
import { commandUrl, readUrl, socketUrl } from '../../src/client/room-urls.ts';

const nowhere = { room: 'r1', cursor: undefined };
const somewhere = { room: 'r1', cursor: 'e1.2.3' };

describe('socketUrl()', () => {
  test.each([
    ['http://host:8080', 'ws://host:8080/v1/ws?room=r1'],
    ['https://host', 'wss://host/v1/ws?room=r1'],
    ['ws://host/', 'ws://host/v1/ws?room=r1'],
    ['wss://host/live', 'wss://host/live/v1/ws?room=r1'],
    ['https://host/live/comments//', 'wss://host/live/comments/v1/ws?room=r1'],
    ['https://host/live?key=a#top', 'wss://host/live/v1/ws?key=a&room=r1'],
  ])('of %s is %s', (base, url) => {
    expect(socketUrl(base, nowhere)).toBe(url);
    expect(socketUrl(new URL(base), nowhere)).toBe(url);
  });

  test('brings the cursor along', () => {
    expect(socketUrl('http://host', somewhere)).toBe('ws://host/v1/ws?room=r1&cursor=e1.2.3');
  });

  test.each(['ftp://host', 'not an address', ''])('throws a TypeError for %j', (base) => {
    expect(() => socketUrl(base, nowhere)).toThrow(TypeError);
  });
});

describe('readUrl()', () => {
  test('names what is read, and from where', () => {
    expect(readUrl('wss://host/live?key=a', nowhere, { path: 'stream' })).toBe('https://host/live/v1/rooms/r1/stream?key=a');
    expect(readUrl('ws://host', somewhere, { path: 'events' })).toBe('http://host/v1/rooms/r1/events?cursor=e1.2.3');
    expect(readUrl('http://host', somewhere, { path: 'events', waitS: 25 })).toBe('http://host/v1/rooms/r1/events?cursor=e1.2.3&wait=25');
  });
});

test('commandUrl() names the room', () => {
  expect(commandUrl('wss://host', { room: 'r1', path: 'likes' })).toBe('https://host/v1/rooms/r1/likes');
});
