import type { User } from '../protocol/event.ts';
import { create } from './dom.ts';

/** More than these would push the name out of sight. */
const MAX_SHOWN = 3;
/** Drawn as a sign; any other badge is written. In the order of showing. */
const SIGNS: Readonly<Record<string, string>> = { streamer: 'Streamer', moderator: 'Moderator', vip: 'VIP' };

/** Small marks of what a viewer is in the room, to stand before the name. */
export function badgeNodes({ badges = [] }: User): HTMLElement[] {
  const names = [...new Set(badges.map((badge) => badge.trim().toLowerCase()))];
  const known = Object.keys(SIGNS).filter((name) => names.includes(name));
  const others = names.filter((name) => !known.includes(name));
  return [...known, ...others].slice(0, MAX_SHOWN).map((name) => {
    const label = SIGNS[name];
    const node = create('span', 'badge', label === undefined ? name : '');
    node.title = label ?? name;
    if (label === undefined) return node;
    node.dataset['badge'] = name;
    node.role = 'img';
    node.ariaLabel = label;
    return node;
  });
}
