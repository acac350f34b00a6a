import type { Gift, Notice } from '../../protocol/event.ts';
import type { Tier } from '../tier.ts';
import { GiftRow, giftKey } from './gift-row.ts';
import { NoticeLine } from './notice-line.ts';

/** A shower of gifts from as many viewers is told within a minute or so; what is worth less than all of them is in the chat. */
export const MAX_WAITING = 16;
/** Later than this a banner would tell of what the streamer no longer talks of. */
export const MAX_WAIT_MS = 20_000;
/** How long a banner stands after its latest step. Rows are numbered over pauses of 5 s: the cheapest stands as long as its row may go on. */
const SHOW_MS: Record<Tier, number> = { 1: 5000, 2: 6000, 3: 8000, 4: 10_000 };
/** Of that, when others wait. */
const LEAST_SHARE = 0.5;
/** The last of a banner's time, in which it is seen to leave. */
export const LEAVE_MS = 300;

/** What calls for a banner. */
export type Announcement = ({ readonly gift: Gift } | { readonly notice: Notice }) & { readonly ref?: string | undefined };

export type BannerContent = GiftRow | NoticeLine;

/** A banner on stage. A step makes it another object with the same id. Times are milliseconds of the stage's clock. */
export interface StandingBanner {
  readonly id: number;
  readonly content: BannerContent;
  /** Counted from below. */
  readonly place: number;
  readonly enteredAt: number;
  /** When its latest step came. */
  readonly steppedAt: number;
  readonly leavesAt: number;
}

interface WaitingBanner {
  readonly content: BannerContent;
  steppedAt: number;
}

export interface BannerCounts {
  /** Banners that came on stage. */
  shown: number;
  /** Gifts that went on in a banner which stood or waited. */
  merged: number;
  /** Gave way to dearer ones, because too many waited. */
  dropped: number;
  /** Waited too long. */
  expired: number;
}

/**
 * Which banners stand, and which wait: pure, with the clock passed in.
 *
 *     place 3   [ Bo  sent Cake       ]      a row goes on in the banner that it has,
 *     place 2   [ Ann sent Rocket  12 ] <──  wherever that is; it enters no queue
 *     place 1   [ Kim sent Rose       ]
 *     place 0   [ Li  sent Star    3  ] <──  waiting: dearest tier first, then oldest; past 16 the cheapest is dropped
 *
 * A banner that enters keeps its place until it leaves: nothing moves under the reader's eyes. While others wait, one whose row rests
 * leaves after half of its time, and one of a lower tier than who waits need not rest: an endless row of cheap gifts does not keep a dear
 * one out.
 */
export class BannerLane {
  readonly counts: BannerCounts = { shown: 0, merged: 0, dropped: 0, expired: 0 };
  readonly #minGift: number;
  #placeCount = 0;
  #standing: readonly StandingBanner[] = [];
  #waiting: WaitingBanner[] = [];
  #nextId = 1;

  /** @param options - `minGift`: gifts worth less begin no banner; they go on in one */
  constructor({ minGift }: { minGift: number }) {
    this.#minGift = minGift;
  }

  /** Another array whenever anything about one of them changed. */
  get standing(): readonly StandingBanner[] {
    return this.#standing;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  add(announcement: Announcement, now: number): void {
    this.frame(now); // frames may have stopped: what is over makes room first
    if ('gift' in announcement) this.#addGift(announcement.gift, { ref: announcement.ref, now });
    else this.#waiting.push({ content: new NoticeLine(announcement.notice, announcement.ref), steppedAt: now });
    this.#fill(now);
    this.#bound();
  }

  /** Moves on to `now`. */
  frame(now: number): void {
    if (this.#standing.some(({ leavesAt }) => leavesAt <= now)) this.#standing = this.#standing.filter(({ leavesAt }) => leavesAt > now);
    if (this.#waiting.length === 0) return;
    const before = this.#waiting.length;
    this.#waiting = this.#waiting.filter(({ steppedAt }) => now - steppedAt <= MAX_WAIT_MS);
    this.counts.expired += before - this.#waiting.length;
    this.#fill(now);
  }

  retract(refs: ReadonlySet<string>): void {
    const left = this.#standing.flatMap((one) => {
      const outcome = one.content.retract(refs);
      if (outcome === 'nothing') return [];
      return outcome === 'same' ? one : { ...one };
    });
    if (left.some((one, index) => one !== this.#standing[index]) || left.length < this.#standing.length) this.#standing = left;
    this.#waiting = this.#waiting.filter(({ content }) => content.retract(refs) !== 'nothing');
  }

  /** What is there stays, and can no longer be retracted: its refs now name other events. */
  forgetRefs(): void {
    for (const { content } of [...this.#standing, ...this.#waiting]) content.forgetRefs();
  }

  /** Sets how many may stand. Where there are fewer places now, the most prominent stay. */
  resize(placeCount: number): void {
    if (placeCount === this.#placeCount) return;
    this.#placeCount = placeCount;
    const kept = [...this.#standing].sort((a, b) => rank(b.content, a.content) || b.leavesAt - a.leavesAt).slice(0, placeCount);
    const inPlace = kept.filter(({ place }) => place < placeCount);
    const moved = kept.filter(({ place }) => place >= placeCount);
    this.#standing = inPlace;
    for (const one of moved) this.#standing = [...this.#standing, { ...one, place: this.#freePlace() ?? 0 }];
  }

  #addGift(gift: Gift, { ref, now }: { ref: string | undefined; now: number }): void {
    const key = giftKey(gift);
    const isSame = ({ content }: { readonly content: BannerContent }) => content.key === key;
    const waiting = this.#waiting.find(isSame);
    const standing = this.#standing.find(isSame);
    const content = (standing ?? waiting)?.content;
    if (content?.kind === 'gift') {
      content.add(gift, ref);
      this.counts.merged++;
      if (waiting) waiting.steppedAt = now;
      if (standing) this.#replace(standing, { steppedAt: now, leavesAt: Math.max(standing.leavesAt, now + SHOW_MS[content.tier]) });
    } else if (gift.value >= this.#minGift) {
      this.#waiting.push({ content: new GiftRow(gift, ref), steppedAt: now });
    }
  }

  #bound(): void {
    if (this.#waiting.length <= MAX_WAITING) return;
    // Of equal ones the latest: who came first is shown.
    const cheapest = this.#waiting.reduce((least, one) => (one.content.value <= least.content.value ? one : least));
    this.#waiting = this.#waiting.filter((one) => one !== cheapest);
    this.counts.dropped++;
  }

  /** Shows what has a place, and asks as many to leave as then still wait. */
  #fill(now: number): void {
    if (this.#waiting.length === 0) return;
    const queue = [...this.#waiting].sort((a, b) => rank(b.content, a.content)); // stable: then oldest first
    for (const one of queue) {
      const place = this.#freePlace();
      if (place === undefined) break;
      const { content } = one;
      const id = this.#nextId++;
      const times = { enteredAt: now, steppedAt: now, leavesAt: now + SHOW_MS[content.tier] };
      this.#standing = [...this.#standing, { id, content, place, ...times }];
      this.#waiting = this.#waiting.filter((other) => other !== one);
      this.counts.shown++;
    }
    const leaving = this.#standing.filter(({ leavesAt }) => leavesAt <= now + LEAVE_MS).length;
    for (const one of queue.filter((waiting) => this.#waiting.includes(waiting)).slice(leaving)) {
      const giver = this.#giverOfPlace(one.content, now);
      if (giver === undefined) return;
      this.#replace(giver, { leavesAt: now + LEAVE_MS });
    }
  }

  /** Who has been seen for long enough to make room: the least prominent first, then the one that would go first anyway. */
  #giverOfPlace(newcomer: BannerContent, now: number): StandingBanner | undefined {
    const isDone = ({ content, enteredAt, steppedAt, leavesAt }: StandingBanner) => {
      const since = content.tier < newcomer.tier ? enteredAt : steppedAt;
      return leavesAt > now + LEAVE_MS && since + SHOW_MS[content.tier] * LEAST_SHARE <= now;
    };
    const [first] = this.#standing.filter(isDone).sort((a, b) => rank(a.content, b.content) || a.leavesAt - b.leavesAt);
    return first;
  }

  #freePlace(): number | undefined {
    for (let place = 0; place < this.#placeCount; place++) if (this.#standing.every((one) => one.place !== place)) return place;
    return undefined;
  }

  #replace(banner: StandingBanner, change: Partial<StandingBanner>): void {
    this.#standing = this.#standing.map((one) => (one === banner ? { ...one, ...change } : one));
  }
}

/** Below, at or above 0 as `a` is less, equally or more prominent than `b`. */
function rank(a: BannerContent, b: BannerContent): number {
  return Number(a.kind === 'notice') - Number(b.kind === 'notice') || a.tier - b.tier;
}
