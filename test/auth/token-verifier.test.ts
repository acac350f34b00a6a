import { describe, expect, test } from 'vitest';
import { KeysUnavailable } from '../../src/auth/key-set.ts';
import { MAX_PENDING, MAX_TOKEN_LENGTH } from '../../src/auth/token-verifier.ts';
import { ManualClock, START_UNIX_MS } from '../support/manual-clock.ts';
import { addedTokens, identityIn, NOW, SECRET, tokenOf, verifierWith } from '../support/tokens.ts';

const refused = (says: RegExp | string) => ({
  ok: false,
  refusal: { code: 'unauthorized', temporary: false, message: expect.stringMatching(says) },
});

describe('who a token says its bearer is', () => {
  test('all claims', async () => {
    const claims = {
      badges: ['vip'],
      level: 7,
      role: 'viewer',
      follower: true,
      rooms: ['r1', 'r2'],
      jti: 't1',
      iat: NOW,
      theirs: { a: 1 },
    };
    expect(identityIn(await verifierWith().verify(tokenOf(claims)))).toEqual({
      role: 'viewer',
      user: { id: 'u1', name: 'Ann', badges: ['vip'] },
      level: 7,
      isFollower: true,
      rooms: ['r1', 'r2'],
      expiresAt: START_UNIX_MS + 3_600_000 + 5000,
      tokenId: 't1',
    });
  });

  test('as few claims as may be: a viewer of every room, called by the id', async () => {
    expect(identityIn(await verifierWith().verify(tokenOf({ name: null })))).toEqual({
      role: 'viewer',
      user: { id: 'u1', name: 'u1' },
      level: 0,
      isFollower: false,
      rooms: 'all',
      expiresAt: START_UNIX_MS + 3_605_000,
    });
  });

  test.each(['moderator', 'streamer'])('a %s of every room wears the badge, once, whatever else', async (role) => {
    const badgesOf = async (badges: string[] | null) =>
      identityIn(await verifierWith().verify(tokenOf({ role, rooms: '*', badges }))).user.badges;
    expect(await badgesOf(null)).toEqual([role]);
    expect(await badgesOf(['vip', role])).toEqual(['vip', role]);
    expect(await badgesOf(['1', '2', '3', '4', '5', '6', '7', '8'])).toEqual([role, '1', '2', '3', '4', '5', '6', '7']);
  });

  test.each(['HS256', 'HS384', 'HS512'])('%s is taken', async (alg) => {
    expect((await verifierWith().verify(tokenOf({}, { alg }))).ok).toBe(true);
  });

  test.each(['JWT', 'jwt', 'at+jwt', 'application/at+jwt', undefined])('typ %s is taken', async (typ) => {
    expect((await verifierWith().verify(tokenOf({}, { header: { typ } }))).ok).toBe(true);
  });
});

describe('is refused, and says why', () => {
  test.each<[string, object, RegExp]>([
    ['no sub', { sub: null }, /claims\.sub is missing/],
    ['a sub that is a number', { sub: 7 }, /claims\.sub must be a string/],
    ['an empty sub', { sub: '' }, /claims\.sub is empty/],
    ['a blank sub', { sub: ' \u200b' }, /claims\.sub is empty/],
    ['a sub of 65 characters', { sub: 'u'.repeat(65) }, /claims\.sub is longer than 64/],
    ['a control character in the name', { name: 'A\u0000n' }, /claims\.name holds a control/],
    ['a name of 65 characters', { name: '名'.repeat(65) }, /claims\.name is longer than 64/],
    ['a name that is an object', { name: {} }, /claims\.name must be a string/],
    ['nine badges', { badges: [...'123456789'] }, /claims\.badges must hold at most 8/],
    ['a badge that is a number', { badges: [1] }, /claims\.badges\[0\] must be a string/],
    ['badges that are a string', { badges: 'vip' }, /claims\.badges must be an array/],
    ['a level that is a string', { level: '7' }, /claims\.level must be a number/],
    ['a level below 0', { level: -1 }, /claims\.level must be at least 0/],
    ['half a level', { level: 1.5 }, /claims\.level must be an integer/],
    ['a role that is a list', { role: ['viewer'] }, /claims\.role must be one of viewer/],
    ['a follower that is a string', { follower: 'true' }, /claims\.follower must be a boolean/],
    ['a room that is no room', { rooms: ['r1', 'a/b'] }, /claims\.rooms\[1\] is not 1 to 64/],
    ['rooms that are one', { rooms: 'r1' }, /claims\.rooms is neither/],
    ['no rooms at all', { rooms: [] }, /claims\.rooms must hold at least 1/],
    ['101 rooms', { rooms: Array(101).fill('r') }, /claims\.rooms is neither/],
    ['every room among others', { rooms: ['*'] }, /claims\.rooms\[0\] is not 1 to 64/],
    ['a moderator of no rooms', { role: 'moderator' }, /claims\.rooms is missing/],
    ['a service of no rooms', { role: 'service' }, /claims\.rooms is missing/],
    ['an overlay without an id', { role: 'overlay', rooms: ['r1'] }, /claims\.jti is missing/],
    ['an id that is a number', { jti: 5 }, /claims\.jti must be a string/],
    ['an empty id', { jti: '' }, /claims\.jti must be at least 1/],
    ['an id of 129 characters', { jti: 'j'.repeat(129) }, /claims\.jti must be at most 128/],
    ['an exp past every date', { exp: 1e300 }, /claims\.exp must be at most/],
    ['no exp', { exp: null }, /does not say when it expires/],
    ['an nbf that is a string', { nbf: '1' }, /its time has not begun/],
  ])('%s', async (_, claims, says) => {
    expect(await verifierWith().verify(tokenOf(claims))).toEqual(refused(says));
  });

  test('claims that are no object', async () => {
    const [header] = tokenOf({}).split('.');
    for (const payload of ['null', '[]', '"x"', '1', '{', '']) {
      expect(await verifierWith().verify(`${header}.${Buffer.from(payload).toString('base64url')}.x`)).toMatchObject({ ok: false });
    }
  });
});

test('a secret has at least 32 bytes, not characters', () => {
  expect(() => verifierWith({ secret: 'x'.repeat(31) })).toThrow(RangeError);
  expect(() => verifierWith({ secret: 'x'.repeat(32) })).not.toThrow();
  expect(() => verifierWith({ secret: '密'.repeat(11) })).not.toThrow();
});

describe('time', () => {
  test('a token is good until the tolerance after exp, found in the cache or not', async () => {
    const clock = new ManualClock();
    const verifier = verifierWith({ clock });
    const token = tokenOf({ exp: NOW + 10 });
    const { expiresAt } = identityIn(await verifier.verify(token));
    expect(expiresAt).toBe(START_UNIX_MS + 15_000);
    clock.advance(14_999);
    for (const each of [verifier, verifierWith({ clock })]) expect(await each.verify(token)).toMatchObject({ ok: true });
    clock.advance(1);
    for (const each of [verifier, verifierWith({ clock })]) {
      expect(await each.verify(token)).toMatchObject({ ok: false, refusal: { code: 'token_expired', temporary: false } });
    }
  });

  test('a token is good from the tolerance before nbf on', async () => {
    const clock = new ManualClock();
    const token = tokenOf({ nbf: NOW + 10 });
    const verifier = verifierWith({ clock });
    clock.advance(4999);
    expect(await verifier.verify(token)).toEqual(refused('has not begun'));
    clock.advance(1);
    expect(await verifier.verify(token)).toMatchObject({ ok: true });
  });
});

describe('the same token again', () => {
  test('is known at once, and its signature is not checked', async () => {
    const verifier = verifierWith();
    const token = tokenOf({});
    expect(verifier.recall(token)).toBeUndefined();
    expect(await addedTokens(() => verifier.verify(token))).toEqual({ verified: 1 });
    expect(await addedTokens(() => verifier.verify(token))).toEqual({ cached: 1 });
    expect(verifier.recall(token)).toMatchObject({ ok: true, value: { user: { id: 'u1' } } });
  });

  test('a thousand times at once is looked at once', async () => {
    const verifier = verifierWith();
    const token = tokenOf({});
    const counted = await addedTokens(() => Promise.all(Array.from({ length: 1000 }, () => verifier.verify(token))));
    expect(counted).toEqual({ verified: 1 });
  });

  test('with another signature is another token', async () => {
    const verifier = verifierWith();
    const token = tokenOf({});
    await verifier.verify(token);
    expect(await verifier.verify(`${token.slice(0, -5)}AAAAA`)).toEqual(refused('signature'));
    expect(await verifier.verify(tokenOf({}, { secret: `${SECRET}2` }))).toEqual(refused('signature'));
  });

  test('is refused from when it was taken back', async () => {
    const revoked = new Set<string>();
    const verifier = verifierWith({ revoked });
    const token = tokenOf({ role: 'overlay', rooms: ['r1'], jti: 't1' });
    expect(await verifier.verify(token)).toMatchObject({ ok: true });
    revoked.add('t1');
    const counted = await addedTokens(async () => {
      expect(await verifier.verify(token)).toEqual(refused('taken back'));
      expect(await verifierWith({ revoked }).verify(token)).toEqual(refused('taken back'));
    });
    expect(counted).toEqual({ revoked: 2 });
    expect(await verifier.verify(tokenOf({ role: 'overlay', rooms: ['r1'], jti: 't2' }))).toMatchObject({ ok: true });
  });
});

describe('bounds', () => {
  test('a token is as long as a frame at the most', async () => {
    const verifier = verifierWith();
    const padding = MAX_TOKEN_LENGTH - tokenOf({ pad: '' }).length;
    const lengths = Array.from({ length: 9 }, (_, less) => tokenOf({ pad: 'x'.repeat(Math.floor((padding * 3) / 4) + 4 - less) }));
    for (const token of lengths) expect((await verifier.verify(token)).ok).toBe(token.length <= MAX_TOKEN_LENGTH);
    expect(new Set(lengths.map(({ length }) => length <= MAX_TOKEN_LENGTH))).toEqual(new Set([true, false]));
  });

  test('so many are looked at at once; a further one is turned away for a moment', async () => {
    let giveUp: (error: Error) => void = () => undefined;
    const key = new Promise<never>((_, reject) => {
      giveUp = reject;
    });
    const verifier = verifierWith({ keySet: { generation: 1, find: () => key } });
    const header = Buffer.from('{"alg":"ES256"}').toString('base64url');
    const pending = Array.from({ length: MAX_PENDING }, (_, i) => verifier.verify(`${header}.${i}0000.x`));
    const counted = await addedTokens(async () => {
      expect(await verifier.verify(tokenOf({}))).toMatchObject({
        ok: false,
        refusal: { code: 'auth_unavailable', temporary: true, retryAfterMs: 1000 },
      });
    });
    expect(counted).toEqual({ turned_away: 1 });
    giveUp(new KeysUnavailable(1));
    for (const result of await Promise.all(pending)) expect(result.ok).toBe(false);
    expect(await verifier.verify(tokenOf({}))).toMatchObject({ ok: true });
  });
});
