import { expect, test } from 'vitest';
import { RevokedTokens } from '../../src/auth/revoked-tokens.ts';
import { metrics } from '../support/metrics.ts';

const refusals = async () => (await metrics.revocationsRefused.get()).values[0]?.value ?? 0;

test('a token is revoked from then on, however often that is told', () => {
  const revoked = new RevokedTokens(metrics);
  expect(revoked.has('a')).toBe(false);
  for (let times = 0; times < 3; times++) expect(revoked.revoke({ tokenId: 'a', expiresAt: 100 }, 0)).toBe('revoked');
  expect(revoked.has('a')).toBe(true);
  expect(revoked.has('b')).toBe(false);
  expect(revoked.size).toBe(1);
});

test('one that has expired takes no place', () => {
  const revoked = new RevokedTokens(metrics);
  expect(revoked.revoke({ tokenId: 'a', expiresAt: 100 }, 100)).toBe('revoked');
  expect(revoked.size).toBe(0);
});

test('a full list forgets what has expired, never what counts: it refuses, and that is counted', async () => {
  const revoked = new RevokedTokens(metrics, 2);
  const before = await refusals();
  revoked.revoke({ tokenId: 'a', expiresAt: 100 }, 0);
  revoked.revoke({ tokenId: 'b', expiresAt: 200 }, 0);
  expect(revoked.revoke({ tokenId: 'c', expiresAt: 300 }, 99)).toBe('full');
  expect(await refusals()).toBe(before + 1);
  expect(['a', 'b', 'c'].map((id) => revoked.has(id))).toEqual([true, true, false]);
  expect(revoked.revoke({ tokenId: 'b', expiresAt: 250 }, 99)).toBe('revoked');
  expect(revoked.revoke({ tokenId: 'c', expiresAt: 300 }, 100)).toBe('revoked');
  expect(['a', 'b', 'c'].map((id) => revoked.has(id))).toEqual([false, true, true]);
  expect(revoked.revoke({ tokenId: 'd', expiresAt: 400 }, 249)).toBe('full');
  expect(revoked.revoke({ tokenId: 'd', expiresAt: 400 }, 250)).toBe('revoked');
  expect(['b', 'c', 'd'].map((id) => revoked.has(id))).toEqual([false, true, true]);
});

test('of two ends of one token the later counts', () => {
  const revoked = new RevokedTokens(metrics, 1);
  revoked.revoke({ tokenId: 'a', expiresAt: 200 }, 0);
  revoked.revoke({ tokenId: 'a', expiresAt: 100 }, 0);
  expect(revoked.revoke({ tokenId: 'b', expiresAt: 300 }, 150)).toBe('full');
  expect(revoked.has('a')).toBe(true);
});
