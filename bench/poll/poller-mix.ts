import type { CursorTrail } from './cursor-trail.ts';
import type { PollMix } from './variants.ts';

/** One poller in this many is new to the room, and brings no cursor. */
const NEW_ONE_IN = 20;
/** How old the cursors of the others are, spread evenly: a busy room is polled about once a second, and the server spreads its pollers. */
const MIN_AGE_MS = 750;
const MAX_AGE_MS = 1250;

/**
 * Which cursor the poller of a place among many brings at `now`; nothing for a new one. Each place keeps its age, so that at any time the
 * cursors asked for are those of a whole crowd that came a second ago.
 */
export function cursorOf(place: { index: number; of: number }, { trail, mix, now }: { trail: CursorTrail; mix: PollMix; now: number }) {
  if (mix !== 'behind') return trail.at(now);
  if (place.index % NEW_ONE_IN === NEW_ONE_IN - 1) return undefined;
  return trail.at(now - (MIN_AGE_MS + ((MAX_AGE_MS - MIN_AGE_MS) * place.index) / Math.max(1, place.of - 1)));
}

export function pollPath(room: string, cursor: string | undefined): string {
  return `/v1/rooms/${room}/events${cursor === undefined ? '' : `?cursor=${encodeURIComponent(cursor)}`}`;
}
