import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import { type Identity, Role } from './identity.ts';

/** What is done in a room, as far as it matters who does it. */
export const Action = {
  watch: 'watch',
  comment: 'comment',
  like: 'like',
  /** Events of any type, gifts among them. */
  publish: 'publish',
  /** Delete, mute, ban, approve, deny. */
  moderate: 'moderate',
  setModes: 'setModes',
  /** What is held is part of it. */
  readModeration: 'readModeration',
} as const;
export type Action = (typeof Action)[keyof typeof Action];

const SPEAK = [Action.watch, Action.comment, Action.like] as const;
const RULE = [Action.moderate, Action.setModes, Action.readModeration] as const;

/**
 * Who may do what; what is not here is refused. Gifts are worth money: nobody in a room may make one up, not even its streamer. A service
 * speaks for others by publishing, never as itself.
 */
const ALLOWED: Readonly<Record<Role, ReadonlySet<Action>>> = {
  [Role.guest]: new Set(SPEAK),
  [Role.viewer]: new Set(SPEAK),
  [Role.moderator]: new Set([...SPEAK, ...RULE]),
  [Role.streamer]: new Set([...SPEAK, ...RULE]),
  [Role.overlay]: new Set([Action.watch]),
  [Role.service]: new Set([Action.watch, Action.publish, ...RULE]),
};

/**
 * Whether someone may do something in a room. It knows no clock: who holds a connection calls `expiredIdentity` once the token has run out.
 *
 * Refusals: `unauthorized` where a token would help, `token_expired` where a new one would, else `forbidden`.
 */
export function access(identity: Identity, action: Action, room: string): Result<void> {
  const { role, rooms, watchOnly } = identity;
  if (rooms !== 'all' && !rooms.includes(room)) {
    return role === Role.guest ? refuse('unauthorized') : refuse('forbidden', { message: 'the token is not for this room' });
  }
  if (!ALLOWED[role].has(action)) return role === Role.guest ? refuse('unauthorized') : refuse('forbidden');
  if (watchOnly && action !== Action.watch) return refuse(watchOnly);
  return accept(undefined);
}

/** Whoever was found out to be someone, as far as it may watch a room. */
export function watcherOf(identified: Result<Identity>, room: string): Result<Identity> {
  const allowed = identified.ok ? access(identified.value, Action.watch, room) : identified;
  return allowed.ok ? identified : allowed;
}
