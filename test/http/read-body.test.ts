import type { HttpResponse } from 'uWebSockets.js';
import { expect, test } from 'vitest';
import { readBody } from '../../src/http/read-body.ts';

const MAX = 64 * 1024;

/** A request's body that comes in pieces, as the library hands them over: in memory of its own, which it takes back. */
function bodyOf(pieces: readonly Uint8Array[]): ReturnType<typeof readBody> {
  let onData: (chunk: ArrayBuffer, isLast: boolean) => void = () => undefined;
  const response = {
    onData(callback: typeof onData) {
      onData = callback;
      return this;
    },
  };
  // Reading a body calls no more of the library's response than this.
  const body = readBody(response as unknown as HttpResponse);
  for (const [index, piece] of pieces.entries()) {
    const lent = piece.slice();
    onData(lent.buffer, index === pieces.length - 1);
    lent.fill(0xff);
  }
  return body;
}

const bytes = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

test.each([
  ['in one piece', MAX],
  ['in pieces of one byte', 1],
  ['in pieces of unequal length', 700],
])('a body of 64 KiB is read as it was sent, %s', async (_, step) => {
  const whole = bytes(MAX);
  const pieces = Array.from({ length: Math.ceil(MAX / step) }, (_piece, index) => whole.subarray(index * step, (index + 1) * step));
  expect(await bodyOf(pieces)).toEqual({ ok: true, value: whole });
});

test('an empty body, and one whose last piece is empty', async () => {
  expect(await bodyOf([bytes(0)])).toEqual({ ok: true, value: bytes(0) });
  expect(await bodyOf([bytes(3), bytes(0)])).toEqual({ ok: true, value: bytes(3) });
});

test('one byte more than 64 KiB is refused', async () => {
  expect(await bodyOf([bytes(MAX), bytes(1)])).toMatchObject({ ok: false, refusal: { code: 'body_too_large' } });
});
