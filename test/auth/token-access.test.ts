import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Action, access } from '../../src/auth/access.ts';
import { type Guests, guestIdentity } from '../../src/auth/identity.ts';
import { KeySet } from '../../src/auth/key-set.ts';
import { TokenVerifier } from '../../src/auth/token-verifier.ts';
import { KeyServer, signedBy, signingKey } from '../support/key-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { NOW, SECRET, tokenOf, unsignedToken, verifierWith } from '../support/tokens.ts';

const ISSUER = 'https://issuer.example';
const GOOD = { iss: ISSUER, aud: 'barrage', rooms: ['r1'] };
const GUEST = { id: 'guest', name: 'guest' };

const key = await signingKey('k1', 'RS256');
const stranger = await signingKey('k1', 'RS256');
const keyServer = await KeyServer.start(key);
const keySet = new KeySet({ url: keyServer.url, clock: new ManualClock(), metrics, log: () => undefined });
let verifier: TokenVerifier;

beforeAll(() => {
  keySet.start();
  verifier = verifierWith({ keySet, issuer: ISSUER, audience: ['barrage', 'other'] });
});
afterAll(async () => {
  keySet.stop();
  await keyServer.stop();
});

/** What each action in room r1 comes to, for a bearer of `token`; all in one word where it is the same. */
async function rowOf(token: string | undefined, guests: Guests = 'watch'): Promise<string> {
  const identity = token === undefined ? guestIdentity(GUEST, guests) : await verifier.verify(token);
  const codes = Object.values(Action).map((action) => {
    const result = identity.ok ? access(identity.value, action, 'r1') : identity;
    return result.ok ? 'yes' : result.refusal.code;
  });
  return new Set(codes).size === 1 ? `all ${codes[0]}` : codes.join(' ');
}

const [U, F] = ['unauthorized', 'forbidden'];
const publicBytes = async () => Buffer.from(JSON.stringify(key.jwk));
const publicPem = async () => {
  const der = Buffer.from(await crypto.subtle.exportKey('spki', key.pair.publicKey));
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  return Buffer.from(`-----BEGIN PUBLIC KEY-----\n${lines}\n-----END PUBLIC KEY-----\n`);
};

describe('a bearer of', () => {
  const viewer = `yes yes yes ${F} ${F} ${F} ${F}`;
  const rows: [string, () => string | undefined | Promise<string>, string][] = [
    ['no token', () => undefined, `yes ${U} ${U} ${U} ${U} ${U} ${U}`],
    ['an empty token', () => '', 'all unauthorized'],
    ['a viewer token', () => tokenOf(GOOD), viewer],
    ['a viewer token by a key of the set', () => signedBy(key, GOOD), viewer],
    ['a moderator token', () => tokenOf({ ...GOOD, role: 'moderator' }), `yes yes yes ${F} yes yes yes`],
    ['a streamer token', () => tokenOf({ ...GOOD, role: 'streamer' }), `yes yes yes ${F} yes yes yes`],
    ['an overlay token', () => tokenOf({ ...GOOD, role: 'overlay', jti: 't1' }), `yes ${F} ${F} ${F} ${F} ${F} ${F}`],
    ['a service token', () => tokenOf({ ...GOOD, role: 'service' }), `yes ${F} ${F} yes yes yes yes`],
    ['a token that says guest', () => tokenOf({ ...GOOD, role: 'guest' }), 'all unauthorized'],
    ['a token of an unknown role', () => tokenOf({ ...GOOD, role: 'admin' }), 'all unauthorized'],
    ['an expired token', () => tokenOf({ ...GOOD, exp: NOW - 6 }), 'all token_expired'],
    ['a token for another room', () => tokenOf({ ...GOOD, role: 'streamer', rooms: ['r2', 'r11'] }), 'all forbidden'],
    ['a token with a wrong signature', () => tokenOf({ ...GOOD, role: 'service' }, { secret: `${SECRET}.` }), 'all unauthorized'],
    ['a token by a stranger under a known key id', () => signedBy(stranger, GOOD), 'all unauthorized'],
    ['alg none', () => unsignedToken({ ...GOOD, role: 'service' }), 'all unauthorized'],
    ['alg None', () => unsignedToken({ ...GOOD, role: 'service' }, 'None'), 'all unauthorized'],
    ['HS256 without a signature', () => unsignedToken({ ...GOOD, role: 'service' }, 'HS256'), 'all unauthorized'],
    ['RS256 without a signature', () => unsignedToken({ ...GOOD, role: 'service' }, 'RS256'), 'all unauthorized'],
    [
      'HS256 by the public key (JWK)',
      async () => tokenOf(GOOD, { secret: await publicBytes(), header: { kid: 'k1' } }),
      'all unauthorized',
    ],
    ['HS256 by the public key (PEM)', async () => tokenOf(GOOD, { secret: await publicPem(), header: { kid: 'k1' } }), 'all unauthorized'],
    ['a token of the future', () => tokenOf({ ...GOOD, nbf: NOW + 6 }), 'all unauthorized'],
    ['a token of another issuer', () => tokenOf({ ...GOOD, iss: 'https://issuer.example.org' }), 'all unauthorized'],
    ['a token of no issuer', () => tokenOf({ ...GOOD, iss: null }), 'all unauthorized'],
    ['a token for another audience', () => tokenOf({ ...GOOD, aud: ['x', 'y'] }), 'all unauthorized'],
    ['a token for no audience', () => tokenOf({ ...GOOD, aud: null }), 'all unauthorized'],
    ['a token that never expires', () => tokenOf({ ...GOOD, exp: null }), 'all unauthorized'],
    ['a token of another type', () => tokenOf(GOOD, { header: { typ: 'secevent+jwt' } }), 'all unauthorized'],
    ['a huge token', () => tokenOf({ ...GOOD, more: 'x'.repeat(4000) }), 'all unauthorized'],
    ['garbage', () => 'a.b.c', 'all unauthorized'],
    ['many dots', () => '.'.repeat(4000), 'all unauthorized'],
  ];

  test.each(rows)('%s', async (_, token, expected) => {
    expect(await rowOf(await token())).toBe(expected);
  });

  test('no token, with GUESTS=speak and GUESTS=none', async () => {
    expect(await rowOf(undefined, 'speak')).toBe(`yes yes yes ${U} ${U} ${U} ${U}`);
    expect(await rowOf(undefined, 'none')).toBe('all unauthorized');
  });
});

test('public keys are no secrets where there is no secret either', async () => {
  verifier = new TokenVerifier({ keySet, clockToleranceMs: 0, revoked: new Set<string>(), clock: new ManualClock(), metrics });
  for (const secret of [await publicBytes(), await publicPem(), SECRET, 'undefined', '']) {
    expect(await rowOf(tokenOf(GOOD, { secret, header: { kid: 'k1' } }))).toBe('all unauthorized');
  }
  expect(await rowOf(await signedBy(key, GOOD))).toContain('yes');
});
