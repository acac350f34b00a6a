import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendableBody } from '../../src/transport/appendable-body.ts';
import type { Encoding } from '../../src/transport/content-encoding.ts';

const decode: Record<Encoding, (bytes: Uint8Array) => Uint8Array> = {
  identity: (bytes) => bytes,
  gzip: (bytes) => gunzipSync(bytes),
  br: (bytes) => brotliDecompressSync(bytes),
};

test.each(['identity', 'gzip', 'br'] as const)('a %s body decodes to its head and its tail, for each tail', (encoding) => {
  const bytes = (minLength: number, maxLength: number) => fc.uint8Array({ minLength, maxLength });
  fc.assert(
    fc.property(bytes(0, 5000), fc.array(bytes(0, 300), { minLength: 1, maxLength: 4 }), (head, tails) => {
      const body = appendableBody(head, encoding);
      for (const tail of tails) expect(Buffer.from(decode[encoding](body(tail)))).toEqual(Buffer.concat([head, tail]));
    }),
    { numRuns: 500 },
  );
});

test.each(['gzip', 'br'] as const)('a %s tail may be as long as one stored piece, and no longer', (encoding) => {
  const body = appendableBody(Buffer.from('head'), encoding);
  expect(decode[encoding](body(new Uint8Array(0xffff))).length).toBe(4 + 0xffff);
  expect(() => body(new Uint8Array(0x10000))).toThrow(RangeError);
});

test('what repeats is compressed', () => {
  const head = Buffer.from('{"comment":{"text":"666"}}'.repeat(50));
  for (const encoding of ['gzip', 'br'] as const) expect(appendableBody(head, encoding)(Buffer.from('}')).length).toBeLessThan(120);
});
