export interface RowKeysOptions {
  /** Which row the Tab key comes to first. */
  readonly entry: 'first' | 'last';
  /** A key with a meaning of its own was pressed in a row. @returns whether it has one */
  readonly onKey: (row: HTMLElement, key: string) => boolean;
}

/**
 * A list whose rows are walked with the arrow keys, and is one stop of the Tab key: from the row that the focus is in, Tab goes on to the
 * row's buttons. Keys of a row are not heard elsewhere, so none is taken for one while something is written.
 */
export class RowKeys {
  readonly #list: HTMLElement;
  readonly #options: RowKeysOptions;
  #current: HTMLElement | undefined;

  constructor(list: HTMLElement, options: RowKeysOptions) {
    this.#list = list;
    this.#options = options;
    list.addEventListener('focusin', ({ target }) => {
      const row = this.#rowOf(target);
      if (row) this.#select(row);
    });
    list.addEventListener('keydown', (event) => this.#onKey(event));
  }

  /** Rows came or went: the Tab key comes to the first or last, unless the focus is in one. */
  refresh(): void {
    if (this.#current?.isConnected && this.#list.contains(document.activeElement)) return;
    const row = this.#entry();
    if (row instanceof HTMLElement) this.#select(row);
  }

  /** A row is about to go: the focus, if it is there, moves to a row that stays. */
  leave(row: HTMLElement): void {
    if (row !== this.#current) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    this.#current = undefined;
    if (!(next instanceof HTMLElement)) return;
    if (row.contains(document.activeElement)) next.focus();
    this.#select(next);
  }

  focus(): void {
    const row = this.#entry();
    if (row instanceof HTMLElement) row.focus();
  }

  #entry(): Element | null {
    return this.#options.entry === 'first' ? this.#list.firstElementChild : this.#list.lastElementChild;
  }

  #select(row: HTMLElement): void {
    if (row === this.#current) return;
    const before = this.#current;
    this.#current = row;
    if (before) setReachable(before, -1);
    setReachable(row, 0);
  }

  #onKey(event: KeyboardEvent): void {
    const { key, target } = event;
    const row = this.#rowOf(target);
    if (!row || event.ctrlKey || event.altKey || event.metaKey || target instanceof HTMLInputElement) return;
    const { firstElementChild, lastElementChild } = this.#list;
    const goals: Record<string, Element | null> = {
      ArrowUp: row.previousElementSibling,
      ArrowDown: row.nextElementSibling,
      Home: firstElementChild,
      End: lastElementChild,
    };
    if (key in goals) {
      event.preventDefault(); // of scrolling
      const goal = goals[key];
      if (goal instanceof HTMLElement) goal.focus();
    } else if (!event.repeat && this.#options.onKey(row, key.toLowerCase())) {
      event.preventDefault();
    }
  }

  #rowOf(target: EventTarget | null): HTMLElement | undefined {
    let element = target instanceof HTMLElement ? target : null;
    while (element && element.parentElement !== this.#list) element = element.parentElement;
    return element ?? undefined;
  }
}

function setReachable(row: HTMLElement, tabIndex: 0 | -1): void {
  row.tabIndex = tabIndex;
  for (const button of row.querySelectorAll('button')) button.tabIndex = tabIndex;
}
