import type { Gift } from '../../../src/protocol/event.ts';
import { type Announcement, BannerLane } from '../../../src/web/banners/banner-lane.ts';

export interface GiftOf extends Partial<Gift> {
  readonly by?: string;
  readonly ref?: string;
}

/** A gift of one viewer; equal names are equal gifts. */
export function giftOf(name: string, { by = 'ann', ref, ...more }: GiftOf = {}): Announcement & { readonly gift: Gift } {
  return { gift: { user: { id: by, name: by }, giftId: name, name, count: 1, value: 100, ...more }, ref };
}

export function startLane({ places = 2, minGift = 0 } = {}): BannerLane {
  const lane = new BannerLane({ minGift });
  lane.resize(places);
  return lane;
}

/** What stands, from the lowest place up: the gift's name and its row's length, or the notice. */
export function standing(lane: BannerLane): string[] {
  return [...lane.standing]
    .sort((a, b) => a.place - b.place)
    .map(({ content }) => (content.kind === 'notice' ? content.text : `${content.name} ${content.combo}`));
}
