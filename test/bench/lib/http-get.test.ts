import { expect, it } from 'vitest';
import { headBytesOf } from '../../../bench/lib/http-get.ts';

it('headBytesOf() counts a head as it is on the wire', () => {
  const head = 'HTTP/1.1 200 OK\r\nVary: Accept\r\nETag: W/"1"\r\n\r\n';
  expect(
    headBytesOf('HTTP/1.1 200 OK', [
      ['Vary', 'Accept'],
      ['ETag', 'W/"1"'],
    ]),
  ).toBe(head.length);
});
