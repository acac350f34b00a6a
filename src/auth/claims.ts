import { z } from 'zod';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { field } from '../protocol/fields.ts';
import { parse } from '../protocol/parse.ts';
import { type Identity, Role } from './identity.ts';

const MAX_LEVEL = 1_000_000;
// A token of 4096 characters holds some 40 names of full length.
const MAX_ROOMS = 100;
const MAX_TOKEN_ID_LENGTH = 128;
/** The last second that a `Date` knows. */
const MAX_SECONDS = 8_640_000_000_000;
const MAX_BADGES = 8;

/** What a token is trusted to say once its signature and times were checked. Claims of other names are somebody else's, and passed over. */
const claims = z.object({
  sub: field.name,
  name: z.unknown().optional(),
  badges: z.unknown().optional(),
  level: z.number().int().min(0).max(MAX_LEVEL).default(0),
  role: z.enum([Role.viewer, Role.moderator, Role.streamer, Role.overlay, Role.service]).default(Role.viewer),
  follower: z.boolean().default(false),
  rooms: z
    .union([z.literal('*'), z.array(field.room).min(1).max(MAX_ROOMS)], `is neither "*" nor a list of 1 to ${MAX_ROOMS} rooms`)
    .optional(),
  exp: z.number().positive().max(MAX_SECONDS),
  jti: z.string().min(1).max(MAX_TOKEN_ID_LENGTH).optional(),
});

/**
 * Who a token's claims say its bearer is. Refusal: `unauthorized`, naming the first claim that is wrong.
 *
 * @param toleranceMs - for how long after `exp` the token is good
 */
export function identityOf(payload: unknown, toleranceMs: number): Result<Identity> {
  const parsed = parse(claims, payload, 'claims');
  if (!parsed.ok) return badClaim(parsed.refusal.message);
  const { sub, name, badges, level, role, follower, rooms, exp, jti } = parsed.value;
  const user = parse(field.badgedUser, { id: sub, name, badges }, 'claims');
  if (!user.ok) return badClaim(user.refusal.message);
  // A forgotten claim must not make a moderator of one room the moderator of all.
  if (rooms === undefined && role !== Role.viewer) return badClaim(`claims.rooms is missing: a ${role} is one of certain rooms, or of "*"`);
  if (jti === undefined && role === Role.overlay) return badClaim('claims.jti is missing: an overlay must be revocable');
  return accept({
    role,
    user: role === Role.moderator || role === Role.streamer ? withBadge(user.value, role) : user.value,
    level,
    isFollower: follower,
    rooms: rooms === undefined || rooms === '*' ? 'all' : rooms,
    expiresAt: exp * 1000 + toleranceMs,
    ...(jti !== undefined && { tokenId: jti }),
  });
}

/** Whom a room is ruled by is shown, and weighs more where comments are skipped. */
function withBadge(user: Identity['user'], badge: string): Identity['user'] {
  const { badges = [] } = user;
  return badges.includes(badge) ? user : { ...user, badges: [badge, ...badges].slice(0, MAX_BADGES) };
}

function badClaim(message: string): { ok: false } & Result<never> {
  return refuse('unauthorized', { message: `the token is not valid: ${message}` });
}
