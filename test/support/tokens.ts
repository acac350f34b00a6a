import { createHmac } from 'node:crypto';
import type { Identity } from '../../src/auth/identity.ts';
import { TokenVerifier, type TokenVerifierOptions } from '../../src/auth/token-verifier.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import { ManualClock, START_UNIX_MS } from './manual-clock.ts';
import { metrics } from './metrics.ts';

export const SECRET = 'a secret of the tests, long enough';
/** Unix seconds at which a `ManualClock` begins. */
export const NOW = START_UNIX_MS / 1000;

export const VIEWER_CLAIMS = { sub: 'u1', name: 'Ann', exp: NOW + 3600 };

/** A token signed by hand, so that the tests' idea of a JWT is not the library's. `null` takes a claim away. */
export function tokenOf(claims: object, { alg = 'HS256', secret = SECRET as string | Buffer, header = {} as object } = {}): string {
  const signed = `${base64url({ alg, typ: 'JWT', ...header })}.${base64url(withoutNull({ ...VIEWER_CLAIMS, ...claims }))}`;
  return `${signed}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(signed)
    .digest('base64url')}`;
}

/** Without a signature, under `alg: none`. */
export function unsignedToken(claims: object, alg = 'none'): string {
  return `${base64url({ alg, typ: 'JWT' })}.${base64url({ ...VIEWER_CLAIMS, ...claims })}.`;
}

/** A verifier by the tests' secret, under a manual clock. */
export function verifierWith(options: Partial<TokenVerifierOptions> = {}): TokenVerifier {
  const clock = new ManualClock();
  return new TokenVerifier({ secret: SECRET, clockToleranceMs: 5000, revoked: new Set<string>(), clock, metrics, ...options });
}

export function identityIn(result: Result<Identity>): Identity {
  if (!result.ok) throw new Error(`refused: ${result.refusal.message}`);
  return result.value;
}

/** How often each verdict was counted so far. */
async function tokenVerdicts(): Promise<Record<string, number>> {
  const { values } = await metrics.tokens.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.verdict, value]));
}

/** How many of each verdict `act` adds. */
export async function addedTokens(act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = await tokenVerdicts();
  await act();
  const after = Object.entries(await tokenVerdicts()).map(([verdict, count]) => [verdict, count - (before[verdict] ?? 0)] as const);
  return Object.fromEntries(after.filter(([, count]) => count > 0));
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function withoutNull(claims: object): object {
  return Object.fromEntries(Object.entries(claims).filter(([, value]) => value !== null));
}
