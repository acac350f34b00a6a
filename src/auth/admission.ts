import { accept, type Result } from '../protocol/error-catalog.ts';
import type { User } from '../protocol/event.ts';
import { type Guests, guestIdentity, type Identity, openIdentity, serverIdentity } from './identity.ts';
import type { ServerKeys } from './server-keys.ts';
import type { TokenVerifier } from './token-verifier.ts';

export interface AdmissionParts {
  /** None: open mode. */
  readonly verifier: Pick<TokenVerifier, 'recall' | 'verify'> | undefined;
  readonly guests: Guests;
  readonly serverKeys: ServerKeys;
}

/** What someone brings to show who it is. */
export interface Credentials {
  readonly token?: string | undefined;
  /** A request's `Authorization`: `Bearer` and a server key or a token. It goes before `token`. Other schemes are a proxy's, and passed over. */
  readonly authorization?: string;
  /** Who it is where it brings nothing. */
  readonly guest: User;
}

/** Within this turn wherever no signature has to be checked, so that a poll answered from a cache stays within its handler. */
export type Admitted = Result<Identity> | Promise<Result<Identity>>;

/** Who someone is: the one place where a key, a token, or their lack becomes an identity. */
export class Admission {
  readonly #parts: AdmissionParts;

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Whether what is told depends on who asks, even in a room that everyone knows. */
  get isPrivate(): boolean {
    return this.#parts.verifier !== undefined && this.#parts.guests === 'none';
  }

  /** In open mode tokens count for nothing. Refusals: as `TokenVerifier.verify`, and `unauthorized` for whoever brings none and needs one. */
  identify({ token, authorization = '', guest }: Credentials): Admitted {
    const { guests, serverKeys, verifier } = this.#parts;
    if (authorization !== '' && !serverKeys.isOpen && serverKeys.admit(authorization)) return accept(serverIdentity());
    if (!verifier) return accept(openIdentity(guest));
    const brought = bearerOf(authorization) ?? token;
    if (brought === undefined) return guestIdentity(guest, guests);
    return verifier.recall(brought) ?? verifier.verify(brought);
  }

  /** As `identify`, for the calls of platform backends: in open mode without server keys everyone is one. */
  identifyServer(credentials: Credentials): Admitted {
    const { serverKeys, verifier } = this.#parts;
    return !verifier && serverKeys.isOpen ? accept(serverIdentity()) : this.identify(credentials);
  }
}

function bearerOf(authorization: string): string | undefined {
  const [bearer, token = ''] = /^Bearer(?: +(.*))?$/i.exec(authorization) ?? [];
  return bearer === undefined ? undefined : token;
}
