import { create } from '../dom.ts';
import { type KeyedItem, KeyedList } from '../keyed-list.ts';
import { dateText } from './clock-text.ts';
import { LIFTS, type ModerationAction, userAction } from './moderation-action.ts';
import type { Sanction } from './moderation-state.ts';

const KIND_NAMES: Readonly<Record<Sanction['kind'], string>> = {
  mute: 'muted',
  ban: 'banned',
  shadowBan: 'shadow banned',
  revokedToken: 'token revoked',
};

export interface SanctionListOptions {
  readonly list: HTMLElement;
  readonly empty: HTMLElement;
  readonly onLift: (action: ModerationAction, who: string) => void;
}

/** Who is muted or banned, until when, and which tokens are revoked; all but these can be lifted. */
export class SanctionList {
  readonly #options: SanctionListOptions;
  readonly #items: KeyedList<Sanction>;

  constructor(options: SanctionListOptions) {
    this.#options = options;
    this.#items = new KeyedList(options.list, {
      keyOf: (sanction) => `${sanction.kind} ${idOf(sanction)}`,
      create: (sanction) => this.#create(sanction),
    });
  }

  show(sanctions: readonly Sanction[]): void {
    this.#items.show(sanctions);
    this.#options.empty.hidden = sanctions.length > 0;
  }

  #create(sanction: Sanction): KeyedItem<Sanction> {
    const id = idOf(sanction);
    const who = 'name' in sanction ? (sanction.name ?? id) : id;
    const node = create('li', 'entry');
    const words = create('p', 'entry-text');
    words.append(create('bdi', 'entry-name', who));
    if (who !== id) words.append(' ', create('bdi', 'entry-id', id));
    const kind = create('span', 'entry-kind');
    kind.dataset['kind'] = sanction.kind;
    const actions = create('div', 'entry-actions');
    actions.append(kind);
    if (sanction.kind !== 'revokedToken') {
      const { kind: lifted, user } = sanction;
      const button = create('button', 'button button-small', 'Lift');
      button.type = 'button';
      button.setAttribute('aria-label', `Lift: ${who} is ${KIND_NAMES[lifted]}`);
      button.addEventListener('click', () => this.#options.onLift(userAction(LIFTS[lifted], { user, seconds: 0 }), who));
      actions.append(button);
    }
    node.append(words, actions);
    const update = ({ untilMs }: Sanction) => {
      kind.textContent = KIND_NAMES[sanction.kind] + (untilMs === undefined ? '' : ` until ${dateText(untilMs)}`);
    };
    return { node, update };
  }
}

function idOf(sanction: Sanction): string {
  return sanction.kind === 'revokedToken' ? sanction.tokenId : sanction.user;
}
