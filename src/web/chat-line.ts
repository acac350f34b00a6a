import type { Event } from '../protocol/event.ts';
import { create } from './dom.ts';
import { bannerOf } from './stage/banner.ts';

/** What stands in a line of the chat: an event, or an echo that waits for the server. */
export interface ChatLine {
  readonly event: Event;
  readonly ref: string | undefined;
  /** Of the viewer's own comments. */
  readonly echoKey: string | undefined;
  readonly isPending: boolean;
}

/** A line's element, or nothing for an event that is not to be read. */
export function lineNode({ event, ref, echoKey, isPending }: ChatLine): HTMLElement | undefined {
  const node = contentNode(event, ref);
  if (node === undefined) return undefined;
  if (ref !== undefined) node.dataset['ref'] = ref;
  if (echoKey !== undefined) node.dataset['echo'] = echoKey;
  node.classList.toggle('line-pending', isPending);
  return node;
}

function contentNode(event: Event, ref: string | undefined): HTMLElement | undefined {
  if ('comment' in event) {
    const { user, text, repeat } = event.comment;
    const node = create('li', 'line');
    const name = create('bdi', 'line-name', user.name);
    name.style.setProperty('--hue', String(hueOf(user.id)));
    node.append(name, ' ', create('bdi', 'line-text', text));
    if (repeat > 1) node.append(' ', create('span', 'line-repeat', `×${repeat}`));
    return node;
  }
  const banner = bannerOf(event, ref);
  if (banner === undefined) return undefined;
  const node = create('li', `line line-${banner.kind}`);
  node.append(create('bdi', 'line-name', banner.name), ' ', create('bdi', 'line-text', banner.text));
  return node;
}

/** A viewer's colour in the column: the same at every visit. FNV-1a. */
function hueOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return (hash >>> 0) % 360;
}
