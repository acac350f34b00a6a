import { SignJWT } from 'jose';
import type { User } from '../protocol/event.ts';
import type { Role } from './identity.ts';

export interface TokenContents {
  readonly user: User;
  readonly role: Exclude<Role, 'guest'>;
  readonly rooms: 'all' | readonly string[];
  readonly level?: number;
  readonly isFollower?: boolean;
  /** Unix ms, kept to the second. */
  readonly expiresAt: number;
  readonly tokenId?: string;
}

export interface MintOptions {
  readonly secret: string;
  readonly issuer?: string;
  readonly audience?: readonly string[];
}

/** A token as `TokenVerifier` takes it, signed with the secret. It checks nothing of the contents: that is done by whoever lets it in. */
export function mintToken(
  { user, role, rooms, level, isFollower, expiresAt, tokenId }: TokenContents,
  options: MintOptions,
): Promise<string> {
  const { secret, issuer, audience = [] } = options;
  const token = new SignJWT({
    name: user.name,
    role,
    rooms: rooms === 'all' ? '*' : rooms,
    ...(user.badges?.length && { badges: user.badges }),
    ...(level !== undefined && { level }),
    ...(isFollower && { follower: true }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(user.id)
    .setExpirationTime(Math.floor(expiresAt / 1000));
  if (tokenId !== undefined) token.setJti(tokenId);
  if (issuer !== undefined) token.setIssuer(issuer);
  if (audience.length > 0) token.setAudience([...audience]);
  return token.sign(new TextEncoder().encode(secret));
}
