import type { Comment } from '../../src/protocol/event.ts';
import { chatWeightOf } from '../../src/room/chat-weight.ts';
import { foldKey } from '../../src/room/fold-key.ts';
import { drawOf } from '../../src/room/lot.ts';

export interface Spoken {
  readonly offset: number;
  readonly comment: Comment;
}

/** Comments that say the same, and the one of them that is shown. */
export interface Group {
  readonly members: readonly Spoken[];
  readonly shown: Spoken;
  readonly isKeeper: boolean;
  /** How often the least heard of those who say it was heard before. */
  readonly voice: number;
  readonly key: number;
}

const HEARD_MS = 2000;

/** `Density` as one would write it who has time and memory without end: everything is kept, grouped and sorted at each flush. */
export class NaiveDensity {
  readonly #seed: number;
  #spoken: Spoken[] = [];
  #heard: { readonly userId: string; readonly at: number }[] = [];

  constructor(seed: number) {
    this.#seed = seed;
  }

  add(spoken: Spoken): void {
    this.#spoken.push(spoken);
  }

  takeBack(offset: number): void {
    this.#spoken = this.#spoken.filter((spoken) => spoken.offset !== offset);
  }

  /** What is shown, by offset, and how many comments each stands for; and all groups that there were. */
  take(allowance: number, now: number): { readonly shown: [number, number][]; readonly groups: readonly Group[] } {
    const spoken = this.#spoken;
    this.#spoken = [];
    const groups = spoken.length <= allowance ? spoken.map((one) => this.#groupOf([one], spoken, now)) : this.#grouped(spoken, now);
    const best = groups.toSorted(order).slice(0, allowance);
    if (best.length < groups.length) this.#heard.push(...best.map(({ shown }) => ({ userId: shown.comment.user.id, at: now })));
    const shown = best.map(({ members, shown }): [number, number] => [shown.offset, members.length]);
    return { shown: shown.sort(([a], [b]) => a - b), groups };
  }

  #grouped(spoken: readonly Spoken[], now: number): Group[] {
    const keyOf = ({ comment: { mode, text } }: Spoken) => JSON.stringify([mode, foldKey(text)]);
    const keys = new Set(spoken.map(keyOf));
    return [...keys].map((key) =>
      this.#groupOf(
        spoken.filter((one) => keyOf(one) === key),
        spoken,
        now,
      ),
    );
  }

  #groupOf(members: readonly Spoken[], all: readonly Spoken[], now: number): Group {
    const weights = members.map(({ comment }) => chatWeightOf(comment.user));
    const most = Math.max(...weights.map(({ weight }) => weight));
    const [first] = members;
    const shown = members[weights.findIndex(({ weight }) => weight === most)];
    if (!first || !shown) throw new RangeError('a group of none');
    const voices = members.map(({ offset, comment: { user } }) => {
      const before = all.filter((other) => other.comment.user.id === user.id && other.offset < offset).length;
      const wasHeard = this.#heard.some(({ userId, at }) => userId === user.id && now - at < HEARD_MS);
      return before + (wasHeard ? 1 : 0);
    });
    const weight = weights.reduce((sum, one) => sum + one.weight, 0);
    return {
      members,
      shown,
      isKeeper: weights.some(({ isKeeper }) => isKeeper),
      voice: Math.min(...voices),
      key: -Math.log(drawOf(this.#seed, first.offset)) / weight,
    };
  }
}

function order(a: Group, b: Group): number {
  return Number(b.isKeeper) - Number(a.isKeeper) || a.voice - b.voice || a.key - b.key;
}
