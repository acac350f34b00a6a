import { createSecretKey, hash, type KeyObject } from 'node:crypto';
import { type CompactJWSHeaderParameters, type CryptoKey, errors, type FlattenedJWSInput, type JWTVerifyResult, jwtVerify } from 'jose';
import type { Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { identityOf } from './claims.ts';
import type { Identity } from './identity.ts';
import { type KeySet, KeysUnavailable } from './key-set.ts';
import { TokenCache } from './token-cache.ts';

export interface TokenVerifierOptions {
  /** Checks tokens of the algorithms HS256, HS384 and HS512; at least 32 bytes. */
  readonly secret?: string;
  /** Checks tokens of the algorithms with a key pair. */
  readonly keySet?: Pick<KeySet, 'find' | 'generation'>;
  readonly issuer?: string;
  /** Of these, `aud` must hold one; none: it may be anything. */
  readonly audience?: readonly string[];
  readonly clockToleranceMs: number;
  /** Ids of tokens that were taken back. */
  readonly revoked: { has(tokenId: string): boolean };
  readonly clock: Clock;
  readonly metrics: Metrics;
}

type Verdict = 'cached' | 'verified' | 'refused' | 'revoked' | 'unavailable' | 'turned_away';

/** What a header and a first frame hold: uWebSockets.js takes 4 KB of headers, and a frame of a client has 4096 bytes. */
export const MAX_TOKEN_LENGTH = 4096;
// Each holds its token: 40 MB at the most, until a key set that does not answer is given up.
export const MAX_PENDING = 10_000;
/** As AUTH_SECRET's row has it. */
const MIN_SECRET_BYTES = 32;
const PENDING_RETRY_MS = 1000;
// A token that names no key is tried with those of its kind: two of them while one takes the place of the other.
const MAX_TRIED_KEYS = 4;

const SECRET_ALGORITHMS = ['HS256', 'HS384', 'HS512'];
const PAIR_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'];
const TYPES = new Set(['jwt', 'at+jwt', 'application/jwt', 'application/at+jwt']);

/**
 * Tells who bears a token: a JWT signed with the secret, or with a key of the key set. The two stay apart: the secret serves the HMAC
 * algorithms alone and the key set the others alone, so that a public key is never taken for a secret, and `none` for neither.
 */
export class TokenVerifier {
  readonly #options: TokenVerifierOptions;
  readonly #algorithms: string[];
  readonly #secret: KeyObject | undefined;
  readonly #cache: TokenCache;
  /** By digest: a token that comes many times at once is looked at once. */
  readonly #pending = new Map<string, Promise<Result<Identity>>>();
  #generation = 0;

  /** @throws RangeError when the secret is too short */
  constructor(options: TokenVerifierOptions) {
    const { keySet, metrics, secret } = options;
    this.#options = options;
    this.#secret = secret === undefined ? undefined : createSecretKey(secret, 'utf8');
    if (this.#secret && (this.#secret.symmetricKeySize ?? 0) < MIN_SECRET_BYTES)
      throw new RangeError(`a secret has at least ${MIN_SECRET_BYTES} bytes`);
    this.#algorithms = [...(secret === undefined ? [] : SECRET_ALGORITHMS), ...(keySet ? PAIR_ALGORITHMS : [])];
    this.#cache = new TokenCache(metrics);
  }

  /** Refusals: `unauthorized`, `token_expired`; `auth_unavailable`, temporary. */
  async verify(token: string): Promise<Result<Identity>> {
    const known = this.recall(token);
    if (known) return known;
    const digest = digestOf(token);
    const pending = this.#pending.get(digest);
    if (pending) return pending;
    if (this.#pending.size >= MAX_PENDING) {
      this.#count('turned_away');
      return refuse('auth_unavailable', { retryAfterMs: PENDING_RETRY_MS });
    }
    const verifying = this.#verify(token, digest).finally(() => this.#pending.delete(digest));
    this.#pending.set(digest, verifying);
    return verifying;
  }

  /** What can be said of a token within this turn; nothing when its signature must be checked. */
  recall(token: string): Result<Identity> | undefined {
    if (!isShapedLikeToken(token)) {
      this.#count('refused');
      return bad('it is not a JWT of at most 4096 characters');
    }
    this.#forgetOtherKeys();
    const identity = this.#cache.find(digestOf(token), this.#options.clock.unixMs());
    if (!identity) return undefined;
    const result = this.#unlessRevoked(identity);
    this.#count(result.ok ? 'cached' : 'revoked');
    return result;
  }

  async #verify(token: string, digest: string): Promise<Result<Identity>> {
    const { clockToleranceMs, keySet } = this.#options;
    const generation = keySet?.generation;
    try {
      const { payload, protectedHeader } = await this.#checked(token);
      const { typ } = protectedHeader;
      if (typ !== undefined && !TYPES.has(String(typ).toLowerCase())) return this.#refused(bad('it is of another type'));
      const identity = identityOf(payload, clockToleranceMs);
      if (!identity.ok) return this.#refused(identity);
      this.#forgetOtherKeys();
      // Not what was found good by keys that have been replaced meanwhile; but at start everyone waits for the first.
      if (keySet?.generation === generation || generation === 0) this.#cache.keep(digest, identity.value);
      const result = this.#unlessRevoked(identity.value);
      this.#count(result.ok ? 'verified' : 'revoked');
      return result;
    } catch (error) {
      if (!(error instanceof KeysUnavailable)) return this.#refused(refusalOf(error));
      this.#count('unavailable');
      return refuse('auth_unavailable', { retryAfterMs: error.retryAfterMs });
    }
  }

  /** @throws an error of `jose`, or KeysUnavailable */
  async #checked(token: string): Promise<JWTVerifyResult> {
    const { audience = [], clock, clockToleranceMs, issuer } = this.#options;
    const options = {
      algorithms: this.#algorithms,
      requiredClaims: ['exp'],
      clockTolerance: clockToleranceMs / 1000,
      currentDate: new Date(clock.unixMs()),
      ...(issuer !== undefined && { issuer }),
      ...(audience.length > 0 && { audience: [...audience] }),
    };
    try {
      return await jwtVerify(token, this.#keyFor, options);
    } catch (error) {
      if (!(error instanceof errors.JWKSMultipleMatchingKeys)) throw error;
      let tried = 0;
      for await (const key of error) {
        if (++tried > MAX_TRIED_KEYS) break;
        try {
          return await jwtVerify(token, key, options);
        } catch (wrong) {
          if (!(wrong instanceof errors.JWSSignatureVerificationFailed)) throw wrong;
        }
      }
      throw new errors.JWSSignatureVerificationFailed();
    }
  }

  /** Called with an algorithm that is one of those allowed. */
  readonly #keyFor = async (header: CompactJWSHeaderParameters, token: FlattenedJWSInput): Promise<CryptoKey | KeyObject> => {
    if (SECRET_ALGORITHMS.includes(header.alg)) {
      if (this.#secret) return this.#secret;
    } else if (this.#options.keySet) {
      return this.#options.keySet.find(header, token);
    }
    throw new errors.JOSEAlgNotAllowed();
  };

  #unlessRevoked(identity: Identity): Result<Identity> {
    const { tokenId } = identity;
    if (tokenId !== undefined && this.#options.revoked.has(tokenId)) return bad('it was taken back');
    return accept(identity);
  }

  #forgetOtherKeys(): void {
    const generation = this.#options.keySet?.generation ?? 0;
    if (generation !== this.#generation) this.#cache.clear();
    this.#generation = generation;
  }

  #refused<R>(refusal: R): R {
    this.#count('refused');
    return refusal;
  }

  #count(verdict: Verdict): void {
    this.#options.metrics.tokens.inc({ verdict });
  }
}

function isShapedLikeToken(token: string): boolean {
  return token.length <= MAX_TOKEN_LENGTH && /^[\w-]+\.[\w-]+\.[\w-]*$/.test(token);
}

function digestOf(token: string): string {
  return hash('sha256', token, 'base64url');
}

function bad(why: string): { ok: false } & Result<never> {
  return refuse('unauthorized', { message: `the token is not valid: ${why}` });
}

/** What is wrong, in words of our own. */
function refusalOf(error: unknown): { ok: false } & Result<never> {
  if (error instanceof errors.JWTExpired) return refuse('token_expired');
  if (error instanceof errors.JWTClaimValidationFailed) return bad(CLAIM_FAULTS[error.claim] ?? 'a claim is wrong');
  if (error instanceof errors.JWSSignatureVerificationFailed) return bad('its signature is wrong');
  if (error instanceof errors.JOSEAlgNotAllowed) return bad('its algorithm is not taken here');
  if (error instanceof errors.JWKSNoMatchingKey) return bad('its key is not known');
  return bad('it cannot be read');
}

const CLAIM_FAULTS: Readonly<Record<string, string>> = {
  exp: 'it does not say when it expires',
  nbf: 'its time has not begun',
  iss: 'its issuer is another',
  aud: 'it is meant for another',
};
