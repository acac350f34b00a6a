import { expect, test } from 'vitest';
import { roleOfToken, tokenOfHash, userOfToken } from '../../src/web/page-token.ts';
import { tokenOf } from '../support/tokens.ts';

test("a page's token stands behind the hash", () => {
  expect(tokenOfHash('#token=a.b-_.c')).toBe('a.b-_.c');
  expect(tokenOfHash('#more=1&token=a.b.c')).toBe('a.b.c');
  expect([tokenOfHash(''), tokenOfHash('#'), tokenOfHash('#token='), tokenOfHash('#a.b.c')]).toEqual([
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});

test("a token's user is read in any script; the id stands in for a name", () => {
  expect(userOfToken(tokenOf({ sub: 'u1', name: '小明 ÿ~?>' }))).toEqual({ id: 'u1', name: '小明 ÿ~?>' });
  expect(userOfToken(tokenOf({ sub: 'u1', name: null }))).toEqual({ id: 'u1', name: 'u1' });
});

test('what is no token names nobody', () => {
  for (const text of ['', 'a', 'a.b.c', 'a.e30.c', 'a.bnVsbA.c', tokenOf({ sub: 5 })]) expect(userOfToken(text)).toBe(undefined);
});

test("a token's role is read; one that names none is a viewer's", () => {
  expect([roleOfToken(tokenOf({ role: 'overlay' })), roleOfToken(tokenOf({})), roleOfToken(tokenOf({ role: 5 }))]).toEqual([
    'overlay',
    'viewer',
    undefined,
  ]);
  expect([roleOfToken('a.b.c'), roleOfToken('')]).toEqual([undefined, undefined]);
});
