import type { Event } from '../../protocol/event.ts';
import { BoundedMap } from '../bounded-map.ts';

/** What was taken back is told within moments; of what is older than so many others it no longer counts. */
const MAX_REFS = 1000;

/** What gifts and superchats came to, as far as this page has seen them. Values are in the currency's smallest unit. */
export class Takings {
  #gifts = 0;
  #superchats = 0;
  #value = 0;
  readonly #counted = new BoundedMap<string, { readonly gifts: number; readonly superchats: number; readonly value: number }>(MAX_REFS);

  get totals(): { readonly gifts: number; readonly superchats: number; readonly value: number } {
    return { gifts: this.#gifts, superchats: this.#superchats, value: this.#value };
  }

  /** @returns whether it is one of the two */
  add(event: Event, ref: string | undefined): boolean {
    const part =
      'gift' in event
        ? { gifts: event.gift.count, superchats: 0, value: event.gift.value }
        : 'superchat' in event
          ? { gifts: 0, superchats: 1, value: event.superchat.value }
          : undefined;
    if (part === undefined) return false;
    this.#count(part, 1);
    if (ref !== undefined) this.#counted.set(ref, part);
    return true;
  }

  retract(refs: ReadonlySet<string>): void {
    for (const ref of refs) {
      const part = this.#counted.get(ref);
      if (part) this.#count(part, -1);
      this.#counted.delete(ref);
    }
  }

  /** The refs now name other events. */
  forgetRefs(): void {
    this.#counted.clear();
  }

  #count({ gifts, superchats, value }: Takings['totals'], sign: 1 | -1): void {
    this.#gifts += sign * gifts;
    this.#superchats += sign * superchats;
    this.#value += sign * value;
  }
}
