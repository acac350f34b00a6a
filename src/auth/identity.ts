import { accept, type ErrorCode, type Result, refuse } from '../protocol/error-catalog.ts';
import type { User } from '../protocol/event.ts';

/** What someone is to the server. `guest` is whoever came without a token; the others are what tokens say. */
export const Role = {
  guest: 'guest',
  viewer: 'viewer',
  moderator: 'moderator',
  streamer: 'streamer',
  /** A browser source: it only reads. */
  overlay: 'overlay',
  /** A platform backend. */
  service: 'service',
} as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Who someone is, and where: what a valid token said, or the lack of one. */
export interface Identity {
  readonly role: Role;
  readonly user: User;
  readonly level: number;
  readonly isFollower: boolean;
  /** Where the role counts, and where its bearer may watch. */
  readonly rooms: 'all' | readonly string[];
  /** Unix ms, the clock tolerance included: until then the token is good. */
  readonly expiresAt?: number;
  readonly tokenId?: string;
  /** Open mode: what it says is said under a name of its choosing. */
  readonly namesItself?: true;
  /** Nothing but watching, whatever the role, and how the rest is refused. */
  readonly watchOnly?: Extract<ErrorCode, 'unauthorized' | 'token_expired'>;
}

/** What viewers without a token may do. */
export type Guests = 'watch' | 'speak' | 'none';

/** Who comes by HTTP and brings nothing that names it. */
export const GUEST: User = { id: 'guest', name: 'guest' };

/** Whoever comes to a server that knows no tokens. */
export function openIdentity(user: User): Identity {
  return { role: Role.guest, user, level: 0, isFollower: false, rooms: 'all', namesItself: true };
}

/** Whose server key was found right. It speaks for others, so the name shows nowhere. */
export function serverIdentity(): Identity {
  return { role: Role.service, user: { id: 'server', name: 'server' }, level: 0, isFollower: false, rooms: 'all' };
}

/** Whoever comes without a token where tokens are checked. Refusal: `unauthorized`. */
export function guestIdentity(user: User, guests: Guests): Result<Identity> {
  if (guests === 'none') return refuse('unauthorized', { message: 'this server lets in nobody without a token' });
  const guest: Identity = { role: Role.guest, user, level: 0, isFollower: false, rooms: 'all' };
  return accept(guests === 'speak' ? guest : { ...guest, watchOnly: 'unauthorized' });
}

/** Whoever has yet to say who it is, and may do nothing until then. */
export function strangerIdentity(user: User): Identity {
  return { role: Role.guest, user, level: 0, isFollower: false, rooms: [], watchOnly: 'unauthorized' };
}

/** Whose token has run out while connected: loses the right to speak, not to watch. */
export function expiredIdentity(identity: Identity): Identity {
  return { ...identity, watchOnly: 'token_expired' };
}
