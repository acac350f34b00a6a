import type { SanctionKind } from './moderation-state.ts';

interface OfUser {
  readonly user: string;
}

/** What `POST …/moderation` takes. */
export type ModerationAction =
  /** `epoch` is that of the refs: in another they would name other events. */
  | { readonly delete: { readonly refs: readonly string[]; readonly epoch?: string } }
  | { readonly deleteAll: OfUser }
  | { readonly mute: OfUser & { readonly seconds: number } }
  | { readonly unmute: OfUser }
  | { readonly ban: OfUser }
  | { readonly unban: OfUser }
  | { readonly shadowBan: OfUser }
  | { readonly shadowUnban: OfUser }
  | { readonly approve: { readonly id: string } }
  | { readonly deny: { readonly id: string } }
  | { readonly revokeToken: { readonly tokenId: string } };

/** Actions on a viewer. */
export type UserAction = 'deleteAll' | 'mute' | 'unmute' | 'ban' | 'unban' | 'shadowBan' | 'shadowUnban';

/** How each sanction is lifted. */
export const LIFTS = { mute: 'unmute', ban: 'unban', shadowBan: 'shadowUnban' } as const satisfies Record<SanctionKind, UserAction>;

/** How long a mute may be, in seconds. */
export const MUTE_SECONDS = [60, 600, 3600, 86_400, 604_800, 2_592_000] as const;

/** A mute of `seconds`, or another action, on a viewer. */
export function userAction(name: UserAction, { user, seconds }: { readonly user: string; readonly seconds: number }): ModerationAction {
  // A computed name is of no literal type: the parameter's type says that it is one of these.
  return name === 'mute' ? { mute: { user, seconds } } : ({ [name]: { user } } as unknown as ModerationAction);
}

/** What was done, for who did it: "Muted Ann for 10 minutes." */
export function doneText(action: ModerationAction, who: string): string {
  if ('delete' in action) return `Deleted a comment of ${who}.`;
  if ('deleteAll' in action) return `Deleted all comments of ${who}.`;
  if ('mute' in action) return `Muted ${who} for ${spanText(action.mute.seconds)}.`;
  if ('unmute' in action) return `${who} is no longer muted.`;
  if ('ban' in action) return `Banned ${who}.`;
  if ('unban' in action) return `${who} is no longer banned.`;
  if ('shadowBan' in action) return `Shadow banned ${who}: only ${who} sees what ${who} says.`;
  if ('shadowUnban' in action) return `${who} is no longer shadow banned.`;
  if ('approve' in action) return `Approved a comment of ${who}.`;
  if ('deny' in action) return `Denied a comment of ${who}.`;
  return `Revoked the token ${who}.`;
}

/** A whole number of the largest unit that fits: "10 minutes". */
export function spanText(seconds: number): string {
  const units = [
    [86_400, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const;
  const [size, name] = units.find(([length]) => seconds >= length) ?? [1, 'second'];
  const count = Math.ceil(seconds / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
