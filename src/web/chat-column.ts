import type { Event } from '../protocol/event.ts';
import { create } from './dom.ts';
import { bannerOf } from './stage/banner.ts';

const MAX_LINES = 200;
/** Nearer to the end than this is at the end. */
const END_PX = 40;

interface Line {
  readonly event: Event;
  readonly ref: string | undefined;
}

export interface ChatElements {
  readonly list: HTMLElement;
  readonly newButton: HTMLButtonElement;
  readonly empty: HTMLElement;
}

/**
 * The column of comments: the last 200. What arrives between two frames is written in one go, and what could never be seen because 200
 * newer lines follow is not written at all. It stays at its end unless the reader scrolled away from it.
 */
export class ChatColumn {
  readonly #elements: ChatElements;
  #incoming: Line[] = [];
  #frameRequest: number | undefined;
  #isAtEnd = true;
  #unread = 0;

  constructor(elements: ChatElements) {
    this.#elements = elements;
    const { list, newButton } = elements;
    list.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    newButton.addEventListener('click', () => this.#toEnd());
    // The column's height changes with the window and with what stands beside it.
    new ResizeObserver(() => {
      if (this.#isAtEnd) list.scrollTop = list.scrollHeight;
    }).observe(list);
  }

  add(event: Event, ref: string | undefined): void {
    this.#incoming.push({ event, ref });
    if (this.#incoming.length > MAX_LINES) this.#incoming.shift();
    this.#frameRequest ??= requestAnimationFrame(() => this.#write());
  }

  retract(refs: ReadonlySet<string>): void {
    this.#incoming = this.#incoming.filter(({ ref }) => ref === undefined || !refs.has(ref));
    for (const node of [...this.#elements.list.children]) {
      if (node instanceof HTMLElement && refs.has(node.dataset['ref'] ?? '')) node.remove();
    }
  }

  #write(): void {
    this.#frameRequest = undefined;
    const { list, empty } = this.#elements;
    const nodes = this.#incoming.map(lineNode).filter((node) => node !== undefined);
    this.#incoming = [];
    if (nodes.length === 0) return;
    empty.hidden = true;
    list.append(...nodes);
    while (list.childElementCount > MAX_LINES) list.firstElementChild?.remove();
    if (this.#isAtEnd) list.scrollTop = list.scrollHeight;
    else this.#setUnread(this.#unread + nodes.length);
  }

  #onScroll(): void {
    const { list } = this.#elements;
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < END_PX;
    if (this.#isAtEnd) this.#setUnread(0);
  }

  #toEnd(): void {
    const { list } = this.#elements;
    list.scrollTop = list.scrollHeight;
    this.#isAtEnd = true;
    this.#setUnread(0);
  }

  #setUnread(count: number): void {
    const { newButton } = this.#elements;
    this.#unread = count;
    newButton.hidden = count === 0;
    newButton.textContent = count === 1 ? '1 new comment' : `${count > 99 ? '99+' : count} new comments`;
  }
}

function lineNode({ event, ref }: Line): HTMLElement | undefined {
  const node = contentNode(event, ref);
  if (node !== undefined && ref !== undefined) node.dataset['ref'] = ref;
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
