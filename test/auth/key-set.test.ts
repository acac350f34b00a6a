import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KeySet } from '../../src/auth/key-set.ts';
import type { TokenVerifier } from '../../src/auth/token-verifier.ts';
import { KeyServer, signedBy, signingKey } from '../support/key-server.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { addedTokens, NOW, verifierWith } from '../support/tokens.ts';

const FIVE_MINUTES = 300_000;
const SOON = { interval: 2 };
const claims = { exp: NOW + 86_400 };
const old = await signingKey('old');
const fresh = await signingKey('fresh');

let clock: ManualClock;
let server: KeyServer;
let keySet: KeySet;
let verifier: TokenVerifier;
let logged: string[];
let outcomesBefore: number;

beforeEach(async () => {
  clock = new ManualClock();
  server = await KeyServer.start(old);
  logged = [];
  outcomesBefore = await outcomes();
  keySet = new KeySet({ url: server.url, clock, metrics, log: (what) => logged.push(what) });
  verifier = verifierWith({ keySet, clock });
});
afterEach(async () => {
  keySet.stop();
  await server.stop();
});

const good = { ok: true, value: { user: { id: 'u1', name: 'Ann' } } };
const unknown = { ok: false, refusal: { code: 'unauthorized', message: expect.stringContaining('key is not known') } };
const later = (retryAfterMs: number) => ({ ok: false, refusal: { code: 'auth_unavailable', temporary: true, retryAfterMs } });
/** Time goes by, and what the URL is asked meanwhile has been answered. */
const pass = async (ms: number) => {
  const { requests } = server;
  clock.advance(ms);
  await expect.poll(() => server.requests, SOON).toBeGreaterThan(requests);
  await settled();
};
/** Whatever fetch is under way is through: the next one is planned. */
const settled = () => expect.poll(async () => (await outcomes()) - outcomesBefore, SOON).toBe(server.requests);
const settledFirst = async () => {
  await expect.poll(() => server.requests, SOON).toBe(1);
  await settled();
};
const outcomes = async () => (await metrics.keySetFetches.get()).values.reduce((sum, { value }) => sum + value, 0);

describe('keys of every kind', () => {
  test.each(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'])('%s', async (alg) => {
    const key = await signingKey('k', alg);
    server.publish(old, key);
    keySet.start();
    expect(await verifier.verify(await signedBy(key))).toMatchObject(good);
  });

  test('a token that names no key is tried with those of its kind', async () => {
    const [one, other, stranger] = await Promise.all([signingKey(undefined), signingKey(undefined), signingKey(undefined)]);
    server.publish(one, other);
    keySet.start();
    for (const key of [one, other]) expect(await verifier.verify(await signedBy(key))).toMatchObject(good);
    expect(await verifier.verify(await signedBy(stranger))).toMatchObject({ refusal: { message: expect.stringContaining('signature') } });
    expect(await verifier.verify(await signedBy(one, { exp: NOW - 60 }))).toMatchObject({ refusal: { code: 'token_expired' } });
  });

  test('a secret or a private key in the set serves nobody', async () => {
    server.keys = [
      { kty: 'oct', k: Buffer.alloc(32, 7).toString('base64url'), kid: 'old' },
      { ...old.jwk, d: old.jwk.x, kid: 'leaked' },
    ];
    keySet.start();
    await settledFirst();
    clock.advance(10_000);
    for (const kid of ['old', 'leaked']) {
      expect(await verifier.verify(await signedBy({ ...old, kid }))).toMatchObject({ ok: false, refusal: { code: 'unauthorized' } });
    }
  });
});

test('one question serves any number of tokens that come before the answer', async () => {
  keySet.start();
  const tokens = await Promise.all(Array.from({ length: 50 }, (_, i) => signedBy(old, { jti: `t${i}` })));
  for (const result of await Promise.all(tokens.map((token) => verifier.verify(token)))) expect(result).toMatchObject(good);
  expect(server.requests).toBe(1);
});

test('who waited for the first keys is known from then on', async () => {
  const token = await signedBy(old);
  keySet.start();
  expect(await addedTokens(() => verifier.verify(token))).toEqual({ verified: 1 });
  expect(await addedTokens(() => verifier.verify(token))).toEqual({ cached: 1 });
});

describe('a set that changes', () => {
  test('a new key counts as soon as a token names it, and the URL is asked every ten seconds at the most', async () => {
    keySet.start();
    expect(await verifier.verify(await signedBy(old))).toMatchObject(good);
    server.publish(old, fresh);
    clock.advance(4000);
    expect(await verifier.verify(await signedBy(fresh))).toMatchObject(later(6000));
    expect(server.requests).toBe(1);
    clock.advance(6000);
    const tokens = await Promise.all([signedBy(fresh, { jti: '1' }), signedBy(fresh, { jti: '2' }), signedBy({ ...old, kid: 'made-up' })]);
    expect(await Promise.all(tokens.map((token) => verifier.verify(token)))).toMatchObject([good, good, unknown]);
    expect(server.requests).toBe(2);
    expect(await verifier.verify(await signedBy(old, { jti: '3' }))).toMatchObject(good);
  });

  test('a key that was taken out stops counting within five minutes, also for tokens that were found good', async () => {
    keySet.start();
    const token = await signedBy(old, claims);
    expect(await verifier.verify(token)).toMatchObject(good);
    await pass(FIVE_MINUTES);
    expect(await addedTokens(async () => verifier.verify(token))).toEqual({ cached: 1 });
    server.publish(fresh);
    await pass(FIVE_MINUTES);
    clock.advance(10_000);
    expect(await verifier.verify(token)).toMatchObject(unknown);
    expect(await verifier.verify(await signedBy(fresh, claims))).toMatchObject(good);
  });
});

describe('a URL that is away', () => {
  const troubles: [string, (server: KeyServer) => void][] = [
    ['answers 500', (it) => (it.answer = (response) => response.writeHead(500).end('{"keys":[]}'))],
    ['hangs up', (it) => (it.answer = (response) => response.destroy())],
    ['answers no JSON', (it) => (it.answer = (response) => response.end('<html>'))],
    ['answers another JSON', (it) => (it.answer = (response) => response.end('{"keys":{}}'))],
    ['has lost its keys', (it) => (it.keys = [])],
    ['has too many keys', (it) => (it.keys = Array(101).fill(old.jwk))],
    [
      'answers more than is read',
      (it) => (it.answer = (response) => response.end(JSON.stringify({ keys: [old.jwk], pad: 'x'.repeat(262_145) }))),
    ],
    ['redirects', (it) => (it.answer = (response) => response.writeHead(302, { location: '/keys.json' }).end())],
  ];

  test.each(troubles)('%s: the keys of before go on counting, and it is asked again', async (_, trouble) => {
    keySet.start();
    await settledFirst();
    trouble(server);
    await pass(FIVE_MINUTES);
    expect(logged).toEqual(['away']);
    expect(await verifier.verify(await signedBy(old, claims))).toMatchObject(good);
    expect(await verifier.verify(await signedBy(fresh, claims))).toMatchObject(later(1000));
    for (const ms of [1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]) await pass(ms);
    expect(server.requests).toBe(9);
    server.answer = undefined;
    server.publish(old, fresh);
    await pass(30_000);
    expect(logged).toEqual(['away', 'back']);
    for (const key of [old, fresh]) expect(await verifier.verify(await signedBy(key, { ...claims, jti: '2' }))).toMatchObject(good);
  });

  test('at start: tokens are refused for now, and taken once it answers', async () => {
    server.answer = (response) => response.writeHead(503).end();
    keySet.start();
    const token = await signedBy(old);
    expect(await verifier.verify(token)).toMatchObject(later(1000));
    await settled();
    expect(await addedTokens(() => verifier.verify(token))).toEqual({ unavailable: 1 });
    expect(server.requests).toBe(1);
    server.answer = undefined;
    await pass(1000);
    expect(await verifier.verify(token)).toMatchObject(good);
  });

  test('it says nothing for five seconds: who waits is told to come again', async () => {
    let asked = false;
    server.answer = () => (asked = true);
    keySet.start();
    const verifying = verifier.verify(await signedBy(old));
    await expect.poll(() => asked).toBe(true);
    clock.advance(4999);
    expect(logged).toEqual([]);
    clock.advance(1);
    expect(await verifying).toMatchObject(later(1000));
    expect(logged).toEqual(['away']);
  });

  test('what was fetched and what failed is counted', async () => {
    const counts = async () => {
      const { values } = await metrics.keySetFetches.get();
      return ['fetched', 'failed'].map((outcome) => values.find(({ labels }) => labels.outcome === outcome)?.value ?? 0);
    };
    const [fetched = 0, failed = 0] = await counts();
    keySet.start();
    await settledFirst();
    server.answer = (response) => response.destroy();
    await pass(FIVE_MINUTES);
    expect(await counts()).toEqual([fetched + 1, failed + 1]);
  });
});

test('stop() gives up the question under way, and asks no more', async () => {
  let asked = false;
  server.answer = () => (asked = true);
  keySet.start();
  await expect.poll(() => asked).toBe(true);
  keySet.stop();
  await expect.poll(() => clock.pendingTimers).toBe(0);
  expect(logged).toEqual([]);
});
