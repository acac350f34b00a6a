import type { Gift, User } from '../../protocol/event.ts';
import { oneLine } from '../one-line.ts';
import { type Tier, tierOf } from '../tier.ts';

/** Of a longer row only the latest steps can be taken back. */
const MAX_STEPS = 100;

interface Step {
  readonly ref: string;
  readonly count: number;
  readonly value: number;
}

/** Tells whether two gifts are of one viewer and one kind. */
export function giftKey({ user, giftId }: Gift): string {
  return JSON.stringify([user.id, giftId]);
}

/**
 * The gifts of one viewer of one kind that are shown as one: how many, what they are worth together, and at which step the row is.
 *
 * Count and value are those of the steps that this page saw: who came in the middle of a row knows how long it is (each step says it), but
 * not what went before. Gifts that nobody numbers, or that begin a new row while this one is still shown, add to both all the same.
 */
export class GiftRow {
  readonly kind = 'gift';
  readonly key: string;
  readonly #name: string;
  #user: User;
  #combo = 1;
  #count = 0;
  #value = 0;
  /** What a retract may still name, oldest first. */
  #steps: Step[] = [];
  /** Steps without a ref, or of which it is forgotten. */
  #nameless = 0;

  constructor(gift: Gift, ref: string | undefined) {
    this.key = giftKey(gift);
    this.#name = oneLine(gift.name);
    this.#user = gift.user;
    this.add(gift, ref);
  }

  get user(): User {
    return this.#user;
  }

  /** What is given. */
  get name(): string {
    return this.#name;
  }

  get count(): number {
    return this.#count;
  }

  get value(): number {
    return this.#value;
  }

  /** As the latest step says. */
  get combo(): number {
    return this.#combo;
  }

  get tier(): Tier {
    return tierOf(this.#value);
  }

  add({ user, count, value, combo = 1 }: Gift, ref: string | undefined): void {
    this.#user = user;
    this.#combo = combo;
    this.#count += count;
    this.#value += value;
    if (ref === undefined) this.#nameless++;
    else this.#steps.push({ ref, count, value });
    if (this.#steps.length <= MAX_STEPS) return;
    this.#steps.shift();
    this.#nameless++;
  }

  /** Takes the named steps out. @returns what it came to: the row as it was, less, or nothing at all */
  retract(refs: ReadonlySet<string>): 'same' | 'less' | 'nothing' {
    const gone = this.#steps.filter(({ ref }) => refs.has(ref));
    if (gone.length === 0) return 'same';
    this.#steps = this.#steps.filter(({ ref }) => !refs.has(ref));
    for (const { count, value } of gone) {
      this.#count -= count;
      this.#value -= value;
    }
    return this.#steps.length + this.#nameless === 0 ? 'nothing' : 'less';
  }

  /** The refs now name other events. */
  forgetRefs(): void {
    this.#nameless += this.#steps.length;
    this.#steps = [];
  }
}
