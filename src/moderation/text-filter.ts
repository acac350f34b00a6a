import type { Metrics } from '../metrics/metrics.ts';
import { hostsIn, isAllowedHost } from './text/links.ts';
import { maskRanges } from './text/mask.ts';
import { readText } from './text/read-text.ts';
import { hasLongRun, hasTooManyMarks } from './text/repeats.ts';
import { type ReadWays, readWays, WordFilter, type WordMatch } from './text/word-filter.ts';
import { WordAction, wordIssue } from './text/word-list.ts';

/** Why a text is not told as it is. */
export type TextReason = 'word' | 'room_word' | 'link' | 'run' | 'marks';

export type TextVerdict =
  | { readonly kind: 'allow'; readonly text: string }
  | { readonly kind: 'mask'; readonly text: string }
  | { readonly kind: 'hold'; readonly reason: TextReason }
  | { readonly kind: 'block'; readonly reason: TextReason };

/** What of a room's settings the filter knows. A new object for each change: what is built for one is kept as long as it lives. */
export interface RoomWords {
  readonly blockedWords?: readonly string[];
}

/** What becomes of links to hosts that are not allowed. */
type LinkRule = 'allow' | 'hold' | 'block';

export interface TextFilterOptions {
  readonly links: LinkRule;
  readonly linkHosts: readonly string[];
  /** How often one character may stand in a row; 0: as often as it likes. */
  readonly maxRun: number;
  /** The list of the day. */
  readonly words: { readonly filter: WordFilter };
  readonly metrics: Metrics;
}

// What is more is passed over: whoever sets a room's words refuses it.
const MAX_ROOM_WORDS = 100;
// What a mask lays bare is masked as well. Each round hides something more; texts take one, and the rest is hidden whole.
const MAX_ROUNDS = 4;

/**
 * Looks at a comment's text before it is appended: the words of the server's list and of the room's, links, runs of one character. Of all
 * that is found the hardest counts: block over hold over mask. Reading is for finding only: what is told is the text as it was written, with
 * asterisks over what is masked.
 *
 * Some microseconds a comment, linear in its length; answers at once and never throws.
 */
export class TextFilter {
  readonly #options: TextFilterOptions;
  /** By settings object: built when the first comment asks, gone with the settings. */
  readonly #roomFilters = new WeakMap<RoomWords, WordFilter>();

  constructor(options: TextFilterOptions) {
    this.#options = options;
  }

  check(text: string, room?: RoomWords): TextVerdict {
    const verdict = this.#judge(text, room);
    if (verdict.kind !== 'allow') {
      this.#options.metrics.textVerdicts.inc({ verdict: verdict.kind, reason: verdict.kind === 'mask' ? 'word' : verdict.reason });
    }
    return verdict;
  }

  #judge(text: string, room: RoomWords | undefined): TextVerdict {
    const { links, linkHosts, words } = this.#options;
    const ways = readWays(text);
    const repeats = this.#repeatReason(text);
    if (repeats) return { kind: 'block', reason: repeats };
    if (this.#roomFilter(room)?.find(ways).length) return { kind: 'block', reason: 'room_word' };
    const matches = words.filter.find(ways);
    if (matches.some(({ action }) => action === WordAction.block)) return { kind: 'block', reason: 'word' };
    const isLinked = links !== 'allow' && hostsIn(text).some((host) => !isAllowedHost(host, linkHosts));
    if (isLinked && links === 'block') return { kind: 'block', reason: 'link' };
    if (matches.some(({ action }) => action === WordAction.hold)) return { kind: 'hold', reason: 'word' };
    if (isLinked) return { kind: 'hold', reason: 'link' };
    return matches.length === 0 ? { kind: 'allow', text } : { kind: 'mask', text: masked(text, matches, words.filter) };
  }

  #repeatReason(text: string): TextReason | undefined {
    const { maxRun } = this.#options;
    if (maxRun === 0) return undefined;
    // A text that is shorter than that has no such run: nearly all are, and none of those is read once more.
    if (text.length > maxRun && hasLongRun(readText(text).points, maxRun)) return 'run';
    return hasTooManyMarks(text) ? 'marks' : undefined;
  }

  #roomFilter(room: RoomWords | undefined): WordFilter | undefined {
    if (!room?.blockedWords?.length) return undefined;
    const known = this.#roomFilters.get(room);
    if (known) return known;
    const listed = room.blockedWords
      .slice(0, MAX_ROOM_WORDS)
      .filter((word) => wordIssue(word) === undefined)
      .map((word) => ({ word, action: WordAction.block }));
    const built = WordFilter.build(listed);
    this.#roomFilters.set(room, built);
    return built;
  }
}

/** Until nothing more is found: behind a mask, what was part of a word may have become one. */
function masked(text: string, found: readonly WordMatch[], filter: WordFilter): string {
  let told = text;
  let matches = found;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    told = maskRanges(told, matches);
    const ways: ReadWays = readWays(told);
    matches = filter.find(ways);
    if (matches.length === 0) return told;
  }
  return maskRanges(told, [{ start: 0, end: told.length }]);
}
