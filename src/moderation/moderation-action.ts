import type { Comment } from '../protocol/event.ts';

/** What is done about what is said in a room, and about who says it. Users are named by id; times are Unix ms. */
export type ModerationDeed =
  /** Retracted already: the log of moderation only remembers it. */
  | { readonly kind: 'delete'; readonly refs: readonly string[] }
  /** Everything that the viewer has said until now, likewise. What is held of it is denied. */
  | { readonly kind: 'deleteAll'; readonly user: string }
  | { readonly kind: 'mute'; readonly user: string; readonly untilMs: number }
  | { readonly kind: 'unmute'; readonly user: string }
  | { readonly kind: 'ban'; readonly user: string }
  | { readonly kind: 'unban'; readonly user: string }
  | { readonly kind: 'shadowBan'; readonly user: string }
  | { readonly kind: 'shadowUnban'; readonly user: string }
  /** `id` is chosen by whoever holds, and names the comment until it is approved or denied. */
  | { readonly kind: 'hold'; readonly id: string; readonly comment: Comment }
  | { readonly kind: 'approve'; readonly id: string }
  | { readonly kind: 'deny'; readonly id: string }
  | { readonly kind: 'revokeToken'; readonly tokenId: string }
  /** Published already: the names of the settings that were changed. */
  | { readonly kind: 'settings'; readonly changed: readonly string[] };

type DeedKind = ModerationDeed['kind'];

/** A deed and who did it, as it stands in a room's log of moderation. Whoever lets it in bounds its texts. */
export type ModerationAction = ModerationDeed & { readonly by: string; readonly reason?: string };

/** What is to be done because of an action, beyond the room's sanctions. */
export type ModerationEffect =
  /** By the process that did the action, once. */
  | { readonly kind: 'release'; readonly held: HeldComment }
  /** By each process, for the senders who are here. */
  | { readonly kind: 'deny'; readonly held: readonly HeldComment[] }
  /** By each process, for the bearers who are here. */
  | { readonly kind: 'revokeToken'; readonly tokenId: string };

/** A comment that waits for a moderator. */
export interface HeldComment {
  readonly id: string;
  readonly at: number;
  readonly comment: Comment;
}

/** Who did what to whom, when and why. */
export interface AuditEntry {
  readonly at: number;
  readonly by: string;
  readonly kind: DeedKind;
  /** A user, a token, refs, or names of settings. */
  readonly target: string;
  /** Of a mute. */
  readonly untilMs?: number;
  readonly reason?: string;
}
