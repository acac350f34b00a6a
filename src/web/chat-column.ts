import type { Echo, Settled } from '../client/index.ts';
import { type ChatLine, lineNode } from './chat-line.ts';
import type { FeedItem } from './room-feed.ts';

const MAX_LINES = 200;
/** Nearer to the end than this is at the end. */
const END_PX = 40;

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
  #incoming: ChatLine[] = [];
  /** The viewer's own lines that are written. */
  readonly #echoes = new Map<HTMLElement, ChatLine>();
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

  /** Adds an event's line; one that was echoed takes the place of its echo. */
  add({ event, ref }: FeedItem): void {
    const { echoKey } = event;
    const line: ChatLine = { event, ref, echoKey: undefined, isPending: false }; // from here on a line like any
    if (echoKey === undefined || !this.#change(echoKey, () => line)) this.#push(line);
  }

  /** Adds a comment that the server does not have yet. */
  echo({ key, at, comment }: Echo): void {
    this.#push({ event: { at, comment }, ref: undefined, echoKey: key, isPending: true });
  }

  /** An echo is now known to be there, or is taken away: refused, or there as an event already. */
  settle(settled: Settled): void {
    if ('error' in settled || settled.event) this.removeEcho(settled.key);
    else this.#change(settled.key, (line) => ({ ...line, ref: settled.ref || undefined, isPending: false }));
  }

  removeEcho(key: string): void {
    this.#change(key, () => undefined);
  }

  retract(refs: ReadonlySet<string>): void {
    this.#incoming = this.#incoming.filter(({ ref }) => ref === undefined || !refs.has(ref));
    for (const node of this.#nodes()) if (refs.has(node.dataset['ref'] ?? '')) node.remove();
  }

  /** The lines stay, and can no longer be retracted: their refs now name other events. */
  forgetRefs(): void {
    this.#incoming = this.#incoming.map((line) => ({ ...line, ref: undefined }));
    for (const node of this.#nodes()) delete node.dataset['ref'];
  }

  #push(line: ChatLine): void {
    this.#incoming.push(line);
    if (this.#incoming.length > MAX_LINES) this.#incoming.shift();
    this.#frameRequest ??= requestAnimationFrame(() => this.#write());
  }

  /** Puts another line, or none, in the place of an echo's. @returns whether there was one */
  #change(key: string, to: (line: ChatLine) => ChatLine | undefined): boolean {
    const index = this.#incoming.findIndex(({ echoKey }) => echoKey === key);
    const waiting = this.#incoming[index];
    if (waiting) {
      const line = to(waiting);
      this.#incoming.splice(index, 1, ...(line ? [line] : []));
      return true;
    }
    for (const [node, shown] of this.#echoes) {
      if (shown.echoKey !== key) continue;
      const line = to(shown);
      this.#echoes.delete(node);
      const next = line && this.#node(line);
      if (next) node.replaceWith(next);
      else node.remove();
      return true;
    }
    return false;
  }

  #write(): void {
    this.#frameRequest = undefined;
    const { list, empty } = this.#elements;
    const nodes = this.#incoming.map((line) => this.#node(line)).filter((node) => node !== undefined);
    this.#incoming = [];
    if (nodes.length === 0) return;
    empty.hidden = true;
    list.append(...nodes);
    while (list.childElementCount > MAX_LINES) list.firstElementChild?.remove();
    for (const node of this.#echoes.keys()) if (!node.isConnected) this.#echoes.delete(node);
    if (this.#isAtEnd) list.scrollTop = list.scrollHeight;
    else this.#setUnread(this.#unread + nodes.length);
  }

  #nodes(): HTMLElement[] {
    return [...this.#elements.list.children].filter((node) => node instanceof HTMLElement);
  }

  #node(line: ChatLine): HTMLElement | undefined {
    const node = lineNode(line);
    if (node && line.echoKey !== undefined) this.#echoes.set(node, line);
    return node;
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
