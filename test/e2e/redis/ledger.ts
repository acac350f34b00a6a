import { type Event, formatRef, type LoggedLane } from '../../../src/protocol/event.ts';

export interface Sighting {
  readonly room: string;
  readonly epoch: string;
  readonly lane: LoggedLane;
  readonly event: Event;
  readonly by: string;
}

/** A gift or comment that a server said it has stored, under this ref. */
export interface Acknowledgement {
  readonly room: string;
  readonly epoch: string;
  readonly ref: string;
  /** What the gift or comment says, said by no other. */
  readonly saying: string;
}

/** All that was seen of the rooms, by whomever, and all that was acknowledged. A ref has one event, whoever tells of it. */
export class Ledger {
  readonly faults: string[] = [];
  readonly gifts: Acknowledgement[] = [];
  readonly comments: Acknowledgement[] = [];
  readonly #seen = new Map<string, { readonly text: string; readonly saying: string | undefined; readonly by: string }>();
  readonly #gifts = new Map<string, string>();

  saw({ room, epoch, lane, event, by }: Sighting): void {
    const place = `${room} ${epoch} ${formatRef(lane, event.offset ?? 0)}`;
    const text = canonical(event);
    const before = this.#seen.get(place);
    if (before && before.text !== text) this.faults.push(`${place} is ${before.text} for ${before.by}, and ${text} for ${by}`);
    if (before) return;
    const saying = sayingOf(event);
    this.#seen.set(place, { text, saying, by });
    if (lane === 'priority' && saying !== undefined) this.#sawGift(`${room} ${epoch} ${saying}`, place);
  }

  /** What was said under an acknowledged ref; nothing when nobody saw it. */
  sayingAt({ room, epoch, ref }: Acknowledgement): string | undefined {
    return this.#seen.get(`${room} ${epoch} ${ref}`)?.saying;
  }

  refsOf(room: string, epoch: string): string[] {
    const prefix = `${room} ${epoch} `;
    return [...this.#seen.keys()].filter((place) => place.startsWith(prefix)).map((place) => place.slice(prefix.length));
  }

  #sawGift(gift: string, place: string): void {
    const before = this.#gifts.get(gift);
    if (before !== undefined && before !== place) this.faults.push(`one gift is stored twice, as ${before} and ${place}`);
    this.#gifts.set(gift, place);
  }
}

/** What tells an event of the tests from all others. */
export function sayingOf(event: Event): string | undefined {
  if ('gift' in event) return event.gift.giftId;
  return 'comment' in event ? event.comment.text : undefined;
}

/** One text for equal events, whichever codec they came by. */
function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'undefined';
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{${members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => `${name}:${canonical(member)}`)}}`;
}
