import type { Echo, Settled } from '../client/index.ts';
import type { Gift } from '../protocol/event.ts';
import { GiftRow, giftKey } from './banners/gift-row.ts';
import { type ChatLine, type EventLine, isReadable, lineNode } from './chat-line.ts';
import type { FeedItem } from './room-feed.ts';

const MAX_LINES = 200;
/** About what the eye sees at once: so near, what is left out is told in one place. */
const SKIPPED_WITHIN = 12;
/** Nearer to the end than this is at the end. */
const END_PX = 40;

export interface ChatElements {
  readonly list: HTMLElement;
  readonly newButton: HTMLButtonElement;
  readonly empty: HTMLElement;
}

/** A line, and its element once it is written. */
interface Entry {
  line: ChatLine;
  node: HTMLElement | undefined;
  /** It reads differently now. */
  isStale: boolean;
}

/**
 * The column of comments: the last 200. What arrives between two frames is written in one go, and what could never be seen because 200
 * newer lines follow is not written at all. It stays at its end unless the reader scrolled away from it.
 */
export class ChatColumn {
  readonly #elements: ChatElements;
  /** Oldest first. What is written comes before what is not. */
  #entries: Entry[] = [];
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

  /** Adds an event's line; one that was echoed takes the place of its echo, and a gift of a row that of the step before. */
  add({ event, ref }: FeedItem): void {
    if ('gift' in event) {
      this.#addGift(event.gift, ref);
      return;
    }
    if (!isReadable(event)) return;
    const { echoKey } = event;
    const line: EventLine = { event, ref, echoKey: undefined, isPending: false }; // from here on a line like any
    if (echoKey === undefined || !this.#change(echoKey, () => line)) this.#push(line);
  }

  /** Tells that comments are left out here: in one line that grows, until others have moved it away. */
  skip(count: number): void {
    const recent = this.#entries.slice(-SKIPPED_WITHIN).findLast(({ line }) => 'skipped' in line);
    if (recent && 'skipped' in recent.line) this.#rewrite(recent, { skipped: recent.line.skipped + count });
    else this.#push({ skipped: count });
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
    for (const entry of [...this.#entries]) {
      const { line } = entry;
      if ('row' in line) {
        const left = line.row.retract(refs);
        if (left === 'nothing') this.#remove(entry);
        if (left === 'less') this.#rewrite(entry, line);
      } else if ('event' in line && line.ref !== undefined && refs.has(line.ref)) {
        this.#remove(entry);
      }
    }
  }

  /** The lines stay, and can no longer be retracted: their refs now name other events. */
  forgetRefs(): void {
    for (const entry of this.#entries) {
      if ('row' in entry.line) entry.line.row.forgetRefs();
      else if ('event' in entry.line) entry.line = { ...entry.line, ref: undefined };
    }
  }

  /** A step goes on in the line of its row, unless 200 others have pushed that out; a first step begins a line. */
  #addGift(gift: Gift, ref: string | undefined): void {
    const { combo = 1 } = gift;
    const key = giftKey(gift);
    const entry = this.#entries.findLast(({ line }) => 'row' in line && line.row.key === key);
    if (entry && 'row' in entry.line && combo > entry.line.row.combo) {
      entry.line.row.add(gift, ref);
      this.#rewrite(entry, entry.line);
    } else {
      this.#push({ row: new GiftRow(gift, ref) });
    }
  }

  #push(line: ChatLine): void {
    this.#entries.push({ line, node: undefined, isStale: false });
    const [oldest] = this.#entries;
    if (this.#entries.length > MAX_LINES && oldest) this.#remove(oldest);
    this.#requestWrite();
  }

  #rewrite(entry: Entry, line: ChatLine): void {
    entry.line = line;
    entry.isStale = true;
    this.#requestWrite();
  }

  #remove(entry: Entry): void {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    entry.node?.remove();
  }

  /** Puts another line, or none, in the place of an echo's. @returns whether there was one */
  #change(key: string, to: (line: EventLine) => EventLine | undefined): boolean {
    for (const entry of this.#entries) {
      if (!('event' in entry.line) || entry.line.echoKey !== key) continue;
      const line = to(entry.line);
      if (line) this.#rewrite(entry, line);
      else this.#remove(entry);
      return true;
    }
    return false;
  }

  #requestWrite(): void {
    this.#frameRequest ??= requestAnimationFrame(() => this.#write());
  }

  #write(): void {
    this.#frameRequest = undefined;
    const { list, empty } = this.#elements;
    const added: HTMLElement[] = [];
    for (const entry of this.#entries) {
      if (entry.node && !entry.isStale) continue;
      const node = lineNode(entry.line);
      if (entry.node) entry.node.replaceWith(node);
      else added.push(node);
      entry.node = node;
      entry.isStale = false;
    }
    list.append(...added);
    if (this.#entries.length > 0) empty.hidden = true;
    if (this.#isAtEnd) list.scrollTop = list.scrollHeight;
    else this.#setUnread(this.#unread + added.length);
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
