import { expect, test } from 'vitest';
import { ServerKeys } from '../../src/auth/server-keys.ts';

test('without keys the server is open, and every call is admitted', () => {
  const keys = new ServerKeys([]);
  expect(keys.isOpen).toBe(true);
  for (const authorization of ['', 'Bearer x', 'nonsense']) expect(keys.admit(authorization)).toBe(true);
});

test.each([
  ['the first key', 'Bearer alpha', true],
  ['the second key', 'Bearer beta', true],
  ['a scheme in small letters', 'bearer alpha', true],
  ['several blanks', 'Bearer   alpha', true],
  ['no header', '', false],
  ['a wrong key', 'Bearer gamma', false],
  ['the beginning of a key', 'Bearer alph', false],
  ['a key and more', 'Bearer alphabet', false],
  ['both keys', 'Bearer alpha,beta', false],
  ['two words', 'Bearer alpha beta', false],
  ['a key in other letters', 'Bearer Alpha', false],
  ['another scheme', 'Basic alpha', false],
  ['no scheme', 'alpha', false],
  ['no key', 'Bearer ', false],
])('with keys, %s: %j', (_, authorization, isAdmitted) => {
  const keys = new ServerKeys(['alpha', 'beta']);
  expect(keys.isOpen).toBe(false);
  expect(keys.admit(authorization)).toBe(isAdmitted);
});
