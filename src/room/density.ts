import type { SealedEvent } from '../protocol/sealed-event.ts';
import { commentIn, Fold, keyOf, type Said } from './fold.ts';
import { drawOf } from './lot.ts';

// How many comments are kept as they are before they are folded: a tenth of a second of a flood.
const MAX_PLAIN = 1024;
/** How many folds go into the next round of a window: more than any room shows at once. */
const MAX_FOLDS = 1000;
/** For how long a viewer who was shown steps back behind others. */
const HEARD_MS = 2000;

/**
 * Gathers a room's comments between two flushes, and picks what is shown where there are more than the room shows.
 *
 *     comments ── as they are ── few enough? ── all are shown as they are
 *                     └─ too many: folded ── few enough? ── each fold is shown, with its count
 *                                    └─ too many: moderators, one voice a viewer, then by lot; the others are skipped, and counted
 *
 * Pure and deterministic: the lot is drawn by the seed and the offset, so that it does not depend on how comments fell into flushes, and
 * two processes with one seed tend to show the same. At most `MAX_PLAIN` comments and `MAX_FOLDS` folds are held, whatever comes: past
 * that the same choice is made early, among those that are there.
 */
export class Density {
  readonly #seed: number;
  #plain: SealedEvent[] = [];
  #folds = new Map<string, Fold>();
  /** Viewers who were shown while not all were, and when: as many as are shown in `HEARD_MS`. */
  readonly #heard = new Map<string, number>();

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(event: SealedEvent, now: number): void {
    this.#plain.push(event);
    if (this.#plain.length >= MAX_PLAIN) this.#condense(now);
  }

  /**
   * Forgets comments that were taken back: they count as skipped. Of a fold only the comment that is shown for all is known. Where that one
   * is taken back all of the fold goes, since they say the same; any other stays in the number, of which nothing is shown but the number.
   */
  takeBack(offsets: ReadonlySet<number>): void {
    this.#plain = this.#plain.filter(({ offset }) => !offsets.has(offset));
    for (const [key, { offset }] of this.#folds) if (offsets.has(offset)) this.#folds.delete(key);
  }

  /**
   * What is shown of all that was added since the last call: `allowance` events at the most, in the order of their offsets, each standing for
   * `repeat` comments. What none of them stands for is skipped.
   */
  take(allowance: number, now: number): SealedEvent[] {
    if (this.#folds.size === 0 && this.#plain.length <= allowance) {
      const events = this.#plain;
      this.#plain = [];
      return events;
    }
    this.#fold(now);
    const folds = [...this.#folds.values()];
    const shown = best(folds, allowance);
    this.#folds = new Map();
    if (shown.length < folds.length) for (const { userId } of shown) this.#hear(userId, now);
    return shown.sort((a, b) => a.offset - b.offset).map((fold) => fold.event());
  }

  #condense(now: number): void {
    this.#fold(now);
    if (this.#folds.size <= MAX_FOLDS) return;
    const kept = best([...this.#folds.values()], MAX_FOLDS);
    this.#folds = new Map(kept.map((fold) => [fold.key, fold]));
  }

  #fold(now: number): void {
    for (const [user, at] of this.#heard) {
      if (now - at < HEARD_MS) break; // in the order of their times
      this.#heard.delete(user);
    }
    const voices = new Map<string, number>();
    for (const { userId } of this.#folds.values()) voices.set(userId, (voices.get(userId) ?? 0) + 1);
    for (const event of this.#plain) {
      const comment = commentIn(event);
      const { id } = comment.user;
      const spoken = voices.get(id) ?? 0;
      voices.set(id, spoken + 1);
      const said: Said = { event, comment, voice: spoken + (this.#heard.has(id) ? 1 : 0) };
      const key = keyOf(comment);
      const fold = this.#folds.get(key);
      if (fold) fold.add(said);
      else this.#folds.set(key, new Fold(key, said, drawOf(this.#seed, event.offset)));
    }
    this.#plain = [];
  }

  #hear(userId: string, now: number): void {
    this.#heard.delete(userId);
    this.#heard.set(userId, now);
  }
}

function best(folds: readonly Fold[], count: number): Fold[] {
  return folds.length <= count ? [...folds] : folds.toSorted((a, b) => a.compare(b)).slice(0, count);
}
