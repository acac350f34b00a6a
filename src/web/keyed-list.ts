export interface KeyedItem<T> {
  readonly node: HTMLElement;
  readonly update: (value: T) => void;
}

export interface KeyedListOptions<T> {
  readonly keyOf: (value: T) => string;
  readonly create: (value: T) => KeyedItem<T>;
  /** An element is about to go: where the focus would go with it, this is the time to move it. */
  readonly beforeRemove?: (node: HTMLElement) => void;
}

/** A list that is shown again and again. What stays in it keeps its element, so that a refresh takes nobody's focus. */
export class KeyedList<T> {
  readonly #list: HTMLElement;
  readonly #options: KeyedListOptions<T>;
  #items = new Map<string, KeyedItem<T>>();

  constructor(list: HTMLElement, options: KeyedListOptions<T>) {
    this.#list = list;
    this.#options = options;
  }

  show(values: readonly T[]): void {
    const { keyOf, create, beforeRemove } = this.#options;
    const items = new Map(values.map((value) => [keyOf(value), this.#items.get(keyOf(value)) ?? create(value)]));
    for (const [key, { node }] of this.#items) {
      if (items.has(key)) continue;
      beforeRemove?.(node);
      node.remove();
    }
    values.forEach((value, index) => {
      const item = items.get(keyOf(value));
      if (!item) return;
      item.update(value);
      // Moved only when it is out of place: moving an element takes the focus off it.
      const before = this.#list.children[index] ?? null;
      if (before !== item.node) this.#list.insertBefore(item.node, before);
    });
    this.#items = items;
  }
}
