import type { Event, User } from '../../protocol/event.ts';
import { lineNode } from '../chat-line.ts';
import { create } from '../dom.ts';
import type { FeedItem } from '../room-feed.ts';
import { clockText } from './clock-text.ts';
import { LIFTS, type UserAction } from './moderation-action.ts';
import { SanctionKind } from './moderation-state.ts';

/** What can be done about a comment at a click. */
export type RowAction = 'delete' | 'deleteAll' | SanctionKind;

interface RowActionShape {
  readonly key: string;
  readonly label: string;
  /** Where the viewer is under this sanction already, the same button lifts it. */
  readonly lift?: string;
  readonly title: string;
}

/** In the order of showing. */
const ROW_ACTIONS: Readonly<Record<RowAction, RowActionShape>> = {
  delete: { key: 'd', label: 'Delete', title: 'Delete this comment' },
  mute: { key: 'm', label: 'Mute', lift: 'Unmute', title: 'Mute this viewer' },
  ban: { key: 'b', label: 'Ban', lift: 'Unban', title: 'Ban this viewer' },
  shadowBan: { key: 's', label: 'Shadow', lift: 'Unshadow', title: 'Shadow ban: only the viewer still sees what the viewer says' },
  deleteAll: { key: 'a', label: 'Delete all', title: 'Delete all of this viewer' },
};

const NAMES = Object.keys(ROW_ACTIONS) as RowAction[];

/** One letter in the margin, so that a sanction moves no line. */
const MARKS: Readonly<Record<SanctionKind, { readonly letter: string; readonly title: string }>> = {
  ban: { letter: 'B', title: 'banned' },
  mute: { letter: 'M', title: 'muted' },
  shadowBan: { letter: 'S', title: 'shadow banned' },
};

const UNSANCTIONED: ReadonlySet<SanctionKind> = new Set();

/** A comment or superchat in the studio's list, with its buttons. */
export class CommentRow {
  readonly node: HTMLElement;
  readonly user: User;
  #ref: string | undefined;
  #isDeleted = false;
  #sanctions = UNSANCTIONED;
  readonly #mark = create('span', 'row-mark');

  /** @throws TypeError for an event that nobody says */
  constructor({ event, ref }: FeedItem) {
    const user = userOf(event);
    if (!user) throw new TypeError('only comments and superchats have a row');
    this.user = user;
    this.#ref = ref;
    this.node = lineNode({ event, ref, echoKey: undefined, isPending: false });
    this.node.classList.add('row');
    this.node.tabIndex = -1;
    const buttons = create('span', 'row-actions');
    for (const name of NAMES) {
      const { key, label, title } = ROW_ACTIONS[name];
      const button = create('button', 'row-action', label);
      button.type = 'button';
      button.tabIndex = -1;
      button.dataset['action'] = name;
      button.title = `${title} (${key})`;
      buttons.append(button);
    }
    this.node.prepend(create('time', 'row-time', clockText(event.at)), this.#mark);
    this.node.append(buttons);
    if (ref === undefined) this.#disableDelete();
  }

  /** What names it to the server; nothing once it is deleted, or its epoch is over. */
  get ref(): string | undefined {
    return this.#isDeleted ? undefined : this.#ref;
  }

  /** It stays where it is, struck out: a list that moved would move under a hand. */
  markDeleted(): void {
    this.#isDeleted = true;
    this.node.classList.add('row-deleted');
    this.#disableDelete();
  }

  forgetRef(): void {
    this.#ref = undefined;
    this.#disableDelete();
  }

  setBusy(isBusy: boolean): void {
    this.node.ariaBusy = String(isBusy);
  }

  setSanctions(sanctions: ReadonlySet<SanctionKind> = UNSANCTIONED): void {
    if (sanctions.size === 0 && this.#sanctions.size === 0) return;
    this.#sanctions = sanctions;
    const kinds = Object.values(SanctionKind).filter((kind) => sanctions.has(kind));
    const heaviest = (['ban', 'mute', 'shadowBan'] as const).find((kind) => sanctions.has(kind));
    this.#mark.textContent = heaviest ? MARKS[heaviest].letter : '';
    this.#mark.title = kinds.map((kind) => MARKS[kind].title).join(', ');
    for (const kind of Object.values(SanctionKind)) {
      const { label, lift = label } = ROW_ACTIONS[kind];
      const button = this.#button(kind);
      if (button) button.textContent = sanctions.has(kind) ? lift : label;
    }
  }

  /** What a button of a sanction does now: it puts it on, or lifts it. */
  userAction(name: Exclude<RowAction, 'delete'>): UserAction {
    return name !== 'deleteAll' && this.#sanctions.has(name) ? LIFTS[name] : name;
  }

  #disableDelete(): void {
    const button = this.#button('delete');
    if (button) button.ariaDisabled = 'true'; // not `disabled`: that would take the focus off it
  }

  #button(name: RowAction): HTMLButtonElement | null {
    return this.node.querySelector<HTMLButtonElement>(`[data-action="${name}"]`);
  }
}

/** Who says it, if it is a comment or superchat. */
export function userOf(event: Event): User | undefined {
  if ('comment' in event) return event.comment.user;
  return 'superchat' in event ? event.superchat.user : undefined;
}

/** The action that a key stands for. */
export function rowActionOf(key: string): RowAction | undefined {
  return NAMES.find((name) => ROW_ACTIONS[name].key === key);
}

export function isRowAction(name: string | undefined): name is RowAction {
  return name !== undefined && Object.hasOwn(ROW_ACTIONS, name);
}
