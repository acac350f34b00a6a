import type { FeedItem } from '../room-feed.ts';
import { CommentRow, isRowAction, type RowAction, rowActionOf } from './comment-row.ts';
import type { SanctionKind } from './moderation-state.ts';
import { RowKeys } from './row-keys.ts';

const MAX_ROWS = 300;
/** Nearer to the end than this is at the end. */
const END_PX = 40;

export interface CommentListOptions {
  readonly list: HTMLElement;
  readonly newestButton: HTMLElement;
  readonly empty: HTMLElement;
  readonly onAction: (name: RowAction, row: CommentRow) => void;
}

/**
 * The comments that a moderator acts on: the last 300. What arrives between two frames is written in one go. While the mouse is over the
 * list, the focus in it, or it is scrolled away from its end, nothing moves: what comes waits, and a button tells how much.
 */
export class CommentList {
  readonly #options: CommentListOptions;
  readonly #keys: RowKeys;
  /** Written; oldest first. */
  #rows: CommentRow[] = [];
  readonly #byNode = new WeakMap<HTMLElement, CommentRow>();
  /** To be written: at most as many as can stay. */
  #waiting: FeedItem[] = [];
  #retracted = new Set<string>();
  /** How many came while nothing was written, those too that can no longer be. */
  #unseen = 0;
  #frameRequest: number | undefined;
  #isHovered = false;
  #isFocused = false;
  #isAtEnd = true;
  #sanctions: ReadonlyMap<string, ReadonlySet<SanctionKind>> = new Map();

  constructor(options: CommentListOptions) {
    this.#options = options;
    const { list, newestButton } = options;
    this.#keys = new RowKeys(list, { entry: 'last', onKey: (node, key) => this.#onKey(node, key) });
    list.addEventListener('pointerenter', ({ pointerType }) => this.#setHovered(pointerType === 'mouse'));
    list.addEventListener('pointerleave', () => this.#setHovered(false));
    list.addEventListener('focusin', () => {
      this.#isFocused = true;
    });
    list.addEventListener('focusout', ({ relatedTarget }) => {
      this.#isFocused = relatedTarget instanceof Node && list.contains(relatedTarget);
      this.#requestWrite();
    });
    list.addEventListener('scroll', () => this.#onScroll(), { passive: true });
    list.addEventListener('click', ({ target }) => this.#onClick(target));
    newestButton.addEventListener('click', () => this.#toNewest());
    // Its height changes with the window and with which tab is shown.
    new ResizeObserver(() => {
      if (this.#isAtEnd) list.scrollTop = list.scrollHeight;
    }).observe(list);
    this.#showUnseen();
  }

  add(item: FeedItem): void {
    this.#waiting.push(item);
    const dropped = this.#waiting.length > MAX_ROWS ? this.#waiting.shift()?.ref : undefined;
    if (dropped !== undefined) this.#retracted.delete(dropped);
    this.#unseen++;
    this.#requestWrite();
  }

  retract(refs: ReadonlySet<string>): void {
    for (const row of this.#rows) if (row.ref !== undefined && refs.has(row.ref)) row.markDeleted();
    // Those that wait are written as deleted: who moderates sees that they were there.
    for (const { ref } of this.#waiting) if (ref !== undefined && refs.has(ref)) this.#retracted.add(ref);
  }

  /** The refs now name other events. */
  forgetRefs(): void {
    for (const row of this.#rows) row.forgetRef();
    this.#waiting = this.#waiting.map(({ event }) => ({ event, ref: undefined }));
    this.#retracted.clear();
  }

  showSanctions(sanctions: ReadonlyMap<string, ReadonlySet<SanctionKind>>): void {
    this.#sanctions = sanctions;
    for (const row of this.#rows) row.setSanctions(sanctions.get(row.user.id));
  }

  /** Writes what waits, whatever holds it, and goes to the end. */
  #toNewest(): void {
    this.#isAtEnd = true;
    this.#write();
  }

  /** Puts the focus on the newest, whatever waits. */
  focus(): void {
    this.#toNewest();
    this.#keys.focus();
  }

  get #isPaused(): boolean {
    return this.#isHovered || this.#isFocused || !this.#isAtEnd;
  }

  #setHovered(isHovered: boolean): void {
    this.#isHovered = isHovered;
    this.#requestWrite();
  }

  #requestWrite(): void {
    this.#frameRequest ??= requestAnimationFrame(() => {
      this.#frameRequest = undefined;
      if (this.#isPaused) this.#showUnseen();
      else this.#write();
    });
  }

  #write(): void {
    const { list, empty } = this.#options;
    const added = this.#waiting.map((item) => {
      const row = new CommentRow(item);
      if (item.ref !== undefined && this.#retracted.has(item.ref)) row.markDeleted();
      row.setSanctions(this.#sanctions.get(row.user.id));
      this.#byNode.set(row.node, row);
      return row;
    });
    this.#waiting = [];
    this.#retracted.clear();
    this.#unseen = 0;
    list.append(...added.map(({ node }) => node));
    const rows = [...this.#rows, ...added];
    for (const { node } of rows.slice(0, -MAX_ROWS)) {
      this.#keys.leave(node);
      node.remove();
    }
    this.#rows = rows.slice(-MAX_ROWS);
    empty.hidden = this.#rows.length > 0;
    this.#keys.refresh();
    list.scrollTop = list.scrollHeight;
    this.#showUnseen();
  }

  #onScroll(): void {
    const { list } = this.#options;
    this.#isAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < END_PX;
    if (this.#isAtEnd) this.#requestWrite();
  }

  #onClick(target: EventTarget | null): void {
    if (!(target instanceof Element)) return;
    const button = target.closest<HTMLButtonElement>('button[data-action]');
    const row = this.#byNode.get(target.closest<HTMLElement>('.row') ?? this.#options.list);
    if (row && isRowAction(button?.dataset['action'])) this.#options.onAction(button.dataset['action'], row);
  }

  #onKey(node: HTMLElement, key: string): boolean {
    const name = rowActionOf(key);
    const row = this.#byNode.get(node);
    if (key === 'n') this.focus();
    if (name && row) this.#options.onAction(name, row);
    return key === 'n' || name !== undefined;
  }

  #showUnseen(): void {
    const { newestButton } = this.#options;
    const state = this.#isPaused ? 'paused' : 'live';
    if (newestButton.dataset['state'] !== state) newestButton.dataset['state'] = state;
    const text = this.#isPaused ? `Paused: ${this.#unseen > 999 ? '999+' : this.#unseen} new` : 'Live';
    if (newestButton.textContent !== text) newestButton.textContent = text;
  }
}
