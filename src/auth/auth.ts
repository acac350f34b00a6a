import { Admission } from './admission.ts';
import type { Guests } from './identity.ts';
import { KeySet, type KeySetOptions } from './key-set.ts';
import { ServerKeys } from './server-keys.ts';
import { TokenVerifier } from './token-verifier.ts';

/** The settings as they are written: what is empty is not set. */
export interface AuthOptions {
  readonly AUTH_SECRET: string;
  readonly AUTH_JWKS_URL: string;
  readonly AUTH_ISSUER: string;
  readonly AUTH_AUDIENCE: readonly string[];
  /** In seconds. */
  readonly AUTH_CLOCK_TOLERANCE: number;
  readonly REVOKED_TOKENS: readonly string[];
  readonly GUESTS: Guests;
  readonly SERVER_KEYS: readonly string[];
}

export interface Auth {
  readonly admission: Admission;
  /** To be started and stopped. */
  readonly keySet: KeySet | undefined;
  /** One line for the operator: who is let in. */
  readonly mode: string;
  readonly isOpen: boolean;
}

/** Who is let in, by the settings: open mode without a secret and without a key set. */
export function createAuth(options: AuthOptions, parts: Omit<KeySetOptions, 'url'>): Auth {
  const { AUTH_AUDIENCE, AUTH_CLOCK_TOLERANCE, AUTH_ISSUER, AUTH_JWKS_URL, AUTH_SECRET, GUESTS, REVOKED_TOKENS } = options;
  const serverKeys = new ServerKeys(options.SERVER_KEYS);
  if (AUTH_SECRET === '' && AUTH_JWKS_URL === '') {
    const calls = serverKeys.isOpen ? 'need no key' : 'need a key';
    const mode = `open mode: everyone who reaches this server may read and write, server calls ${calls}`;
    return { admission: new Admission({ verifier: undefined, guests: 'speak', serverKeys }), keySet: undefined, mode, isOpen: true };
  }
  const keySet = AUTH_JWKS_URL === '' ? undefined : new KeySet({ ...parts, url: AUTH_JWKS_URL });
  const verifier = new TokenVerifier({
    ...(AUTH_SECRET !== '' && { secret: AUTH_SECRET }),
    ...(keySet && { keySet }),
    ...(AUTH_ISSUER !== '' && { issuer: AUTH_ISSUER }),
    audience: AUTH_AUDIENCE,
    clockToleranceMs: AUTH_CLOCK_TOLERANCE * 1000,
    revoked: new Set(REVOKED_TOKENS),
    clock: parts.clock,
    metrics: parts.metrics,
  });
  const calls = serverKeys.isOpen ? 'a service token: SERVER_KEYS is empty' : 'a server key or a service token';
  const mode = `tokens are checked: guests ${GUEST_RIGHTS[GUESTS]}, server calls need ${calls}`;
  return { admission: new Admission({ verifier, guests: GUESTS, serverKeys }), keySet, mode, isOpen: false };
}

const GUEST_RIGHTS: Readonly<Record<Guests, string>> = { speak: 'may watch and speak', watch: 'may watch', none: 'are not let in' };
