import { expect, test } from 'vitest';
import { prepareHeaders } from '../../src/transport/http-exchange.ts';

const textOf = ({ name, rest }: { name: string; rest: Uint8Array }) => `${name}: ${new TextDecoder().decode(rest)}`;

test('prepared headers are the lines that would have been written one by one', () => {
  expect(textOf(prepareHeaders({ ETag: 'W/"a"' }))).toBe('ETag: W/"a"');
  expect(textOf(prepareHeaders({ ETag: 'W/"a"', Vary: 'Accept', 'Cache-Control': 'no-store' }))).toBe(
    'ETag: W/"a"\r\nVary: Accept\r\nCache-Control: no-store',
  );
});

test('a line end in a header is a fault, and so are no headers', () => {
  for (const text of ['a\r\nSet-Cookie: b', 'a\nb', 'a\rb']) expect(() => prepareHeaders({ ETag: text })).toThrow(TypeError);
  expect(() => prepareHeaders({ 'E\nTag': 'a' })).toThrow(TypeError);
  expect(() => prepareHeaders({})).toThrow(RangeError);
});
