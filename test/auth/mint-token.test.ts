import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { mintToken } from '../../src/auth/mint-token.ts';
import { systemClock } from '../../src/clock.ts';
import { ManualClock, START_UNIX_MS } from '../support/manual-clock.ts';
import { identityIn, SECRET, verifierWith } from '../support/tokens.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOUR_MS = 3_600_000;

test('a verifier of the same secret, issuer and audience takes what was minted', async () => {
  const options = { secret: SECRET, issuer: 'me', audience: ['one', 'two'] };
  const contents = {
    user: { id: 'u1', name: 'Ann', badges: ['vip'] },
    role: 'viewer',
    rooms: ['r1'],
    level: 3,
    isFollower: true,
    tokenId: 't1',
    expiresAt: START_UNIX_MS + 5000,
  } as const;
  const token = await mintToken(contents, options);
  expect(identityIn(await verifierWith({ ...options, clockToleranceMs: 0 }).verify(token))).toEqual(contents);
  for (const others of [{ issuer: 'you' }, { audience: ['three'] }, { secret: `${SECRET}.` }]) {
    expect(await verifierWith({ ...options, ...others }).verify(token)).toMatchObject({ ok: false });
  }
});

test('the least that a token says', async () => {
  const minted = { user: { id: 'u1', name: 'u1' }, role: 'viewer', rooms: 'all', expiresAt: START_UNIX_MS + 1999 } as const;
  const clock = new ManualClock();
  const token = await mintToken(minted, { secret: SECRET });
  expect(identityIn(await verifierWith({ clock, clockToleranceMs: 0 }).verify(token)).expiresAt).toBe(START_UNIX_MS + 1000);
});

describe('npm run token', () => {
  interface Run {
    readonly code: number;
    readonly out: string;
    readonly err: string;
  }

  function mint(args: readonly string[], environment: Record<string, string> = { AUTH_SECRET: SECRET }): Promise<Run> {
    const { PATH = '', HOME = '' } = process.env;
    const options = { cwd: ROOT, env: { PATH, HOME, ...environment } };
    return new Promise((resolve) => {
      execFile(process.execPath, ['--import', 'tsx', '.tools/mint-token.ts', ...args], options, (error, out, err) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err }),
      );
    });
  }

  test('writes one line: a token that the server takes', async () => {
    const args = ['--role', 'streamer', '--room', 'r1', 'r2', '--user', 'u1', '--name', 'Ann', '--expires', '30m'];
    const { code, out, err } = await mint(args, { AUTH_SECRET: SECRET, AUTH_ISSUER: 'me', AUTH_AUDIENCE: 'a,b' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^[\w.-]+\n$/);
    const verifier = verifierWith({ clock: systemClock, issuer: 'me', audience: ['b'] });
    const identity = identityIn(await verifier.verify(out.trim()));
    expect(identity).toMatchObject({ role: 'streamer', user: { id: 'u1', name: 'Ann', badges: ['streamer'] }, rooms: ['r1', 'r2'] });
    expect(identity.tokenId).toMatch(/^[0-9a-f-]{36}$/);
    const lifeMs = (identity.expiresAt ?? 0) - systemClock.unixMs();
    expect(lifeMs).toBeLessThanOrEqual(HOUR_MS / 2 + 5000);
    expect(lifeMs).toBeGreaterThan(0);
  });

  test('without a role: a viewer of every room', async () => {
    const { out } = await mint([]);
    const identity = identityIn(await verifierWith({ clock: systemClock }).verify(out.trim()));
    expect(identity).toMatchObject({ role: 'viewer', user: { id: 'viewer', name: 'viewer' }, rooms: 'all' });
  });

  test.each<[string, string[], Record<string, string>, RegExp]>([
    ['no secret', [], {}, /^token: AUTH_SECRET is not set: [^\n]+\n$/],
    ['a short secret', [], { AUTH_SECRET: 'hunter2' }, /^token: AUTH_SECRET: must be at least 32 bytes long\n$/],
    ['an unknown role', ['--role', 'guest'], { AUTH_SECRET: SECRET }, /Allowed choices are viewer, moderator, streamer, overlay, service/],
    [
      'a streamer of no room',
      ['--role', 'streamer'],
      { AUTH_SECRET: SECRET },
      /^token: a streamer is one of certain rooms: --room[^\n]+\n$/,
    ],
    ['no room id', ['--room', 'a/b'], { AUTH_SECRET: SECRET }, /^token: [^\n]*claims\.rooms\[0\] is not[^\n]+\n$/],
    ['no duration', ['--expires', '2 weeks'], { AUTH_SECRET: SECRET }, /It is written 90s, 15m, 2h or 30d/],
    ['no level', ['--level', 'high'], { AUTH_SECRET: SECRET }, /It is a whole number/],
    ['a long name', ['--name', 'n'.repeat(65)], { AUTH_SECRET: SECRET }, /^token: [^\n]*claims\.name is longer than 64[^\n]+\n$/],
  ])('%s is told in one line, and nothing is minted', async (_, args, environment, says) => {
    const { code, out, err } = await mint(args, environment);
    expect(out).toBe('');
    expect(err).toMatch(says);
    expect(err).not.toContain('hunter2');
    expect(code).toBe(1);
  });

  test('--help tells every flag', async () => {
    const { code, out } = await mint(['--help'], {});
    expect(code).toBe(0);
    for (const flag of ['--role', '--room', '--user', '--name', '--expires', '--id']) expect(out).toContain(flag);
  });
});
