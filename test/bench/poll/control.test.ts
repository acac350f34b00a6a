import { expect, it } from 'vitest';
import { controlAnswerOf } from '../../../bench/poll/control.ts';

it('controlAnswerOf() keeps status, headers and bytes, but for headers that the library writes itself', () => {
  const headers = [
    ['ETag', 'W/"1"'],
    ['Content-Length', '2'],
    ['uWebSockets', '20'],
    ['Vary', 'Accept'],
  ] as const;
  expect(controlAnswerOf({ status: 200, headers, body: Buffer.from('{}'), headBytes: 90 })).toEqual({
    status: '200 OK',
    headers: [
      ['ETag', 'W/"1"'],
      ['Vary', 'Accept'],
    ],
    body: 'e30=',
  });
});
