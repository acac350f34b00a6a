import type { Comment, Event, Superchat } from '../protocol/event.ts';
import { badgeNodes } from './badges.ts';
import type { GiftRow } from './banners/gift-row.ts';
import { create } from './dom.ts';
import { foldedScale } from './folded-scale.ts';
import { formatAmount, formatTimes, formatWhole } from './format.ts';
import { oneLine } from './one-line.ts';
import { giverNode, hueOf, valueNode } from './paid-nodes.ts';
import { tierOf } from './tier.ts';

/** What stands in a line of the chat. Gifts of one row share a line, and so do comments that were left out nearby. */
export type ChatLine = EventLine | { readonly row: GiftRow } | { readonly skipped: number };

/** An event, or an echo that waits for the server. */
export interface EventLine {
  readonly event: Event;
  readonly ref: string | undefined;
  /** Of the viewer's own comments. */
  readonly echoKey: string | undefined;
  readonly isPending: boolean;
}

/** Whether an event has a line of its own kind; the others are not to be read. */
export function isReadable(event: Event): boolean {
  return 'comment' in event || 'superchat' in event || 'notice' in event;
}

/** A line's element. */
export function lineNode(line: ChatLine): HTMLElement {
  if ('row' in line) return giftNode(line.row);
  if ('skipped' in line) return skippedNode(line.skipped);
  const node = eventNode(line);
  if (line.ref !== undefined) node.dataset['ref'] = line.ref;
  return node;
}

function eventNode({ event, isPending }: EventLine): HTMLElement {
  if ('comment' in event) return commentNode(event.comment, isPending);
  if ('superchat' in event) return superchatNode(event.superchat);
  return noticeNode('notice' in event ? event.notice.text : '');
}

function commentNode({ user, text, repeat }: Comment, isPending: boolean): HTMLElement {
  const node = create('li', 'line');
  node.classList.toggle('line-pending', isPending);
  const name = create('bdi', 'line-name', user.name);
  name.style.setProperty('--hue', String(hueOf(user.id)));
  const words = create('bdi', 'line-text', text);
  node.append(...badgeNodes(user), name, ' ', words);
  if (repeat < 2) return node;
  const times = create('span', 'line-repeat', formatTimes(repeat));
  times.title = `${formatWhole(repeat)} viewers said this`;
  words.style.setProperty('font-size', `${foldedScale(repeat).toFixed(2)}em`);
  node.append(' ', times);
  return node;
}

function giftNode({ user, name, count, value, combo, tier }: GiftRow): HTMLElement {
  const node = create('li', 'line line-gift');
  node.dataset['tier'] = String(tier);
  node.append(giverNode(user, 'line-giver'), ' sent ', create('bdi', 'line-text', name));
  if (count > 1) node.append(' ', create('b', 'line-count', formatTimes(count)));
  node.append(' ', valueNode(value));
  if (combo > 1) node.append(' ', create('span', 'line-combo', `combo ${formatAmount(combo)}`));
  return node;
}

function superchatNode({ user, text, value }: Superchat): HTMLElement {
  const node = create('li', 'line line-superchat');
  node.dataset['tier'] = String(tierOf(value));
  const head = create('div', 'line-head');
  head.append(giverNode(user, 'line-giver'), valueNode(value));
  node.append(head, create('bdi', 'line-text', oneLine(text)));
  return node;
}

function noticeNode(text: string): HTMLElement {
  const node = create('li', 'line line-notice');
  node.append(create('bdi', 'line-text', oneLine(text)));
  return node;
}

function skippedNode(count: number): HTMLElement {
  const node = create('li', 'line line-skipped', `+${formatWhole(count)} more`);
  node.title = `${formatWhole(count)} more comments were said here than can be read`;
  return node;
}
