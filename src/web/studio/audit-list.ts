import { create } from '../dom.ts';
import { KeyedList } from '../keyed-list.ts';
import { dateText } from './clock-text.ts';
import type { AuditEntry } from './moderation-state.ts';

/** Who did what to whom, newest first. */
export class AuditList {
  readonly #empty: HTMLElement;
  readonly #items: KeyedList<AuditEntry>;

  constructor({ list, empty }: { readonly list: HTMLElement; readonly empty: HTMLElement }) {
    this.#empty = empty;
    // Of two entries that are the same in everything one is enough.
    this.#items = new KeyedList(list, { keyOf: (entry) => JSON.stringify(entry), create: createEntry });
  }

  show(audit: readonly AuditEntry[]): void {
    this.#items.show([...audit].reverse());
    this.#empty.hidden = audit.length > 0;
  }
}

function createEntry({ at, by, kind, target, untilMs, reason }: AuditEntry) {
  const node = create('li', 'entry');
  const words = create('p', 'entry-text');
  words.append(create('bdi', 'entry-name', by), ' ', create('span', 'entry-kind', kind));
  if (target !== undefined) words.append(' ', create('bdi', '', target));
  if (untilMs !== undefined) words.append(` until ${dateText(untilMs)}`);
  if (reason !== undefined) words.append(' ', create('bdi', 'entry-id', `“${reason}”`));
  node.append(words, create('time', 'entry-time', dateText(at)));
  return { node, update: () => undefined };
}
