import { create } from '../dom.ts';
import { oneLine } from '../one-line.ts';
import { discNode, giverNode, valueNode } from '../paid-nodes.ts';
import { tierOf } from '../tier.ts';
import type { Pin } from './pin-board.ts';

/** Of those without a card, so many are shown by their discs. */
const MAX_DISCS = 4;

/** A pinned superchat's card, with a bar that shows how much of its time is left. */
export function pinNode({ superchat, ref, pinMs, until }: Pin, now: number): HTMLElement {
  const { user, text, value } = superchat;
  const node = create('li', 'pin');
  node.dataset['testid'] = 'pin';
  node.dataset['tier'] = String(tierOf(value));
  if (ref !== undefined) node.dataset['ref'] = ref;
  // The bar and the card's end run by the style sheet, from here on and without any frame of ours.
  node.style.setProperty('--pin-ms', `${pinMs}ms`);
  node.style.setProperty('--left-ms', `${until - now}ms`);
  const head = create('div', 'pin-head');
  head.append(discNode(user), giverNode(user, 'pin-who'), valueNode(value));
  node.append(head, create('bdi', 'pin-text', oneLine(text)), create('span', 'pin-bar'));
  return node;
}

/** Who else is pinned, and how many; nothing for nobody. */
export function restNode(pins: readonly Pin[]): HTMLElement | undefined {
  if (pins.length === 0) return undefined;
  const node = create('li', 'pins-more');
  node.dataset['testid'] = 'pins-more';
  for (const { superchat } of pins.slice(0, MAX_DISCS)) {
    const disc = discNode(superchat.user);
    disc.dataset['tier'] = String(tierOf(superchat.value));
    node.append(disc);
  }
  node.append(create('span', 'pins-more-count', `+${pins.length} more`));
  return node;
}
