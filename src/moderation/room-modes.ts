import { type Identity, Role } from '../auth/identity.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { Settings } from '../protocol/event.ts';
import { isEmotesOnly } from './text/emotes.ts';

export interface Said {
  readonly identity: Identity;
  readonly text: string;
  /** When the viewer last said something in the room, on the clock of `now`; nothing that is known: absent. */
  readonly lastCommentAt?: number | undefined;
  readonly now: number;
}

/** Whoever rules the room speaks in it, whatever its modes. Whether the role counts in this room is for `access` to say. */
export function passesModes({ role }: Identity): boolean {
  return role === Role.moderator || role === Role.streamer;
}

/**
 * Whether a comment may be said under the room's modes. Blocked words are left to the text filter, which finds them however they are written;
 * who passes the modes passes those as well.
 *
 * What waiting does not help against is told before what it does. Refusals: `room_muted`, `followers_only`, `level_too_low`, `badge_needed`,
 * `emotes_only`, `slow_down` with the time to wait.
 */
export function maySay(settings: Settings, { identity, text, lastCommentAt, now }: Said): Result<void> {
  if (passesModes(identity)) return accept(undefined);
  const { muted, followersOnly, minLevel = 0, badges, emoteOnly, slowModeSeconds = 0 } = settings;
  if (muted) return refuse('room_muted');
  if (followersOnly && !identity.isFollower) return refuse('followers_only');
  if (identity.level < minLevel) return refuse('level_too_low', { message: `this room takes comments from level ${minLevel} on` });
  if (badges?.length && !identity.user.badges?.some((badge) => badges.includes(badge))) return refuse('badge_needed');
  if (emoteOnly && !isEmotesOnly(text)) return refuse('emotes_only');
  const waitMs = lastCommentAt === undefined ? 0 : lastCommentAt + slowModeSeconds * 1000 - now;
  if (waitMs <= 0) return accept(undefined);
  // A clock that was set back makes nobody wait longer than the mode says.
  const retryAfterMs = Math.min(Math.ceil(waitMs), slowModeSeconds * 1000);
  return retryAfterMs === 0
    ? accept(undefined)
    : refuse('slow_down', { message: `slow mode: a comment every ${slowModeSeconds} s`, retryAfterMs });
}
