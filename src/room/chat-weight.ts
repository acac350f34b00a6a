import type { User } from '../protocol/event.ts';

/** Whoever keeps the room in order is always heard. */
const KEEPERS: readonly string[] = ['moderator', 'streamer'];
// A platform's own: fans of long standing, subscribers. Enough to be noticed among strangers, not to drown them.
const BADGED_WEIGHT = 4;
// Before all others anyway; and of those who say the same, it is the keeper who is shown.
const KEEPER_WEIGHT = 16;

/** How much a viewer's comment counts where not all can be shown. */
export interface ChatWeight {
  /** Shown before all others. */
  readonly isKeeper: boolean;
  /** The chance to be shown, against others' that are no keepers either. */
  readonly weight: number;
}

export function chatWeightOf({ badges }: User): ChatWeight {
  if (badges === undefined || badges.length === 0) return STRANGER;
  const isKeeper = badges.some((badge) => KEEPERS.includes(badge));
  return { isKeeper, weight: isKeeper ? KEEPER_WEIGHT : BADGED_WEIGHT };
}

const STRANGER: ChatWeight = { isKeeper: false, weight: 1 };
