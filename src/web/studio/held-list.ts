import { badgeNodes } from '../badges.ts';
import { create } from '../dom.ts';
import { type KeyedItem, KeyedList } from '../keyed-list.ts';
import { clockText } from './clock-text.ts';
import type { HeldComment } from './moderation-state.ts';
import { RowKeys } from './row-keys.ts';

export type Verdict = 'approve' | 'deny';

const KEYS: Readonly<Record<string, Verdict>> = { a: 'approve', x: 'deny' };

export interface HeldListOptions {
  readonly list: HTMLElement;
  readonly empty: HTMLElement;
  /** Resolves once it is known whether it was done. */
  readonly onVerdict: (verdict: Verdict, held: HeldComment) => Promise<unknown>;
}

/** The comments that wait for a moderator's leave, oldest first: what comes does not move what is there. */
export class HeldList {
  readonly #options: HeldListOptions;
  readonly #items: KeyedList<HeldComment>;
  readonly #keys: RowKeys;

  constructor(options: HeldListOptions) {
    this.#options = options;
    this.#keys = new RowKeys(options.list, {
      entry: 'first',
      onKey: (row, key) => {
        const verdict = KEYS[key];
        if (verdict) row.querySelector<HTMLElement>(`[data-verdict="${verdict}"]`)?.click();
        return verdict !== undefined;
      },
    });
    this.#items = new KeyedList(options.list, {
      keyOf: ({ id }) => id,
      create: (held) => this.#create(held),
      beforeRemove: (node) => this.#keys.leave(node),
    });
  }

  show(held: readonly HeldComment[]): void {
    this.#items.show(held);
    this.#options.empty.hidden = held.length > 0;
    this.#keys.refresh();
  }

  focus(): void {
    this.#keys.focus();
  }

  #create(held: HeldComment): KeyedItem<HeldComment> {
    const { user, text } = held.comment;
    const node = create('li', 'entry held');
    node.tabIndex = -1;
    const words = create('p', 'entry-text');
    const name = create('bdi', 'entry-name', user.name);
    words.append(...badgeNodes(user), name, ' ', create('bdi', '', text));
    const actions = create('div', 'entry-actions');
    actions.append(create('time', 'entry-time', clockText(held.at)), this.#button(node, 'approve', held), this.#button(node, 'deny', held));
    node.append(words, actions);
    return { node, update: () => undefined };
  }

  #button(node: HTMLElement, verdict: Verdict, held: HeldComment): HTMLButtonElement {
    const isApprove = verdict === 'approve';
    const button = create('button', `button button-small${isApprove ? ' button-good' : ''}`, isApprove ? 'Approve' : 'Deny');
    button.type = 'button';
    button.tabIndex = -1;
    button.dataset['verdict'] = verdict;
    button.title = `${isApprove ? 'Let everyone see it' : 'Nobody sees it; its sender is told'} (${isApprove ? 'a' : 'x'})`;
    button.addEventListener('click', async () => {
      if (node.ariaBusy === 'true') return;
      node.ariaBusy = 'true';
      await this.#options.onVerdict(verdict, held);
      node.ariaBusy = 'false'; // if it was done it is gone
    });
    return button;
  }
}
