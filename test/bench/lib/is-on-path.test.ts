import { expect, it } from 'vitest';
import { isOnPath } from '../../../bench/lib/is-on-path.ts';

it('isOnPath() finds what may be run in one of the folders', () => {
  expect(isOnPath('sh', '/nowhere:/bin')).toBe(true);
  expect(isOnPath('passwd', '/etc')).toBe(false); // there, and nothing to run
  expect(isOnPath('sh', undefined)).toBe(false);
});
