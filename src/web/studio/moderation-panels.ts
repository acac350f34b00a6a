import { BoundedMap } from '../bounded-map.ts';
import { byId } from '../dom.ts';
import type { FeedItem } from '../room-feed.ts';
import { AuditList } from './audit-list.ts';
import { CommentList } from './comment-list.ts';
import { type CommentRow, type RowAction, userOf } from './comment-row.ts';
import { Desk } from './desk.ts';
import { HeldList } from './held-list.ts';
import { MUTE_SECONDS, spanText, type UserAction, userAction } from './moderation-action.ts';
import { type ModerationState, type Sanction, sanctionsByUser } from './moderation-state.ts';
import { ModerationWatch } from './moderation-watch.ts';
import { Outcome } from './outcome.ts';
import { SanctionList } from './sanction-list.ts';
import { standingText } from './standing-text.ts';
import type { StudioApi } from './studio-api.ts';

const USUAL_MUTE_SECONDS = 600;
const MAX_NAMES = 1000;

/** Everything of the studio that shows how the room is moderated, and moderates it. */
export class ModerationPanels {
  readonly comments: CommentList;
  readonly held: HeldList;
  readonly #desk: Desk;
  /** Of those who were heard, by id: sanctions name ids only. */
  readonly #names = new BoundedMap<string, string>(MAX_NAMES);
  /** Of the refs in the list. */
  #epoch: string | undefined;
  readonly #watch: ModerationWatch;
  readonly #sanctions: SanctionList;
  readonly #audit: AuditList;
  readonly #seconds = byId('mute-seconds', HTMLSelectElement);

  constructor({ api, room }: { readonly api: StudioApi; readonly room: string }) {
    const reason = byId('reason', HTMLInputElement);
    const notice = byId('page-notice', HTMLElement);
    this.#watch = new ModerationWatch({
      read: (etag) => api.moderation(etag),
      isVisible: () => !document.hidden,
      onState: (state) => this.#show(state),
      onStanding: (standing) => {
        const text = standingText(standing, room);
        if (notice.textContent !== text) notice.textContent = text; // written again it would be read out again
        notice.hidden = text === '';
        document.body.dataset['standing'] = standing.kind;
      },
    });
    this.#desk = new Desk({
      api,
      reason: () => reason.value.trim(),
      outcome: new Outcome(byId('outcome', HTMLElement)),
      onDone: () => this.wake(),
    });
    this.comments = new CommentList({
      list: byId('comment-list', HTMLElement),
      newestButton: byId('comments-newest', HTMLElement),
      empty: byId('comments-empty', HTMLElement),
      onAction: (name, row) => void this.#act(name, row),
    });
    this.held = new HeldList({
      list: byId('held-list', HTMLElement),
      empty: byId('held-empty', HTMLElement),
      onVerdict: (verdict, { id, comment }) =>
        this.#desk.do(verdict === 'approve' ? { approve: { id } } : { deny: { id } }, comment.user.name),
    });
    this.#sanctions = new SanctionList({
      list: byId('sanction-list', HTMLElement),
      empty: byId('sanctions-empty', HTMLElement),
      onLift: (action, who) => void this.#desk.do(action, who),
    });
    this.#audit = new AuditList({ list: byId('audit-list', HTMLElement), empty: byId('audit-empty', HTMLElement) });
    for (const seconds of MUTE_SECONDS) this.#seconds.append(new Option(spanText(seconds), String(seconds)));
    this.#seconds.value = String(USUAL_MUTE_SECONDS);
    this.#startIdForm();
    document.addEventListener('visibilitychange', () => this.wake());
    this.wake();
  }

  /** A comment or superchat is told. */
  add(item: FeedItem): void {
    this.comments.add(item);
    const user = userOf(item.event);
    if (user) this.#names.set(user.id, user.name);
  }

  joined(epoch: string): void {
    this.#epoch = epoch;
  }

  /** Something changed: it is asked for at once. */
  wake(): void {
    void this.#watch.wake();
  }

  #show(state: ModerationState): void {
    this.comments.showSanctions(sanctionsByUser(state));
    this.held.show(state.held);
    this.#sanctions.show(state.sanctions.map((sanction) => this.#withName(sanction)));
    this.#audit.show(state.audit);
    const count = byId('held-count', HTMLElement);
    count.textContent = state.held.length === 0 ? '' : String(state.held.length);
  }

  #withName(sanction: Sanction): Sanction {
    if (sanction.kind === 'revokedToken') return sanction;
    const name = sanction.name ?? this.#names.get(sanction.user);
    return name === undefined ? sanction : { ...sanction, name };
  }

  async #act(name: RowAction, row: CommentRow): Promise<void> {
    const { user, ref } = row;
    row.setBusy(true);
    if (name !== 'delete') {
      await this.#desk.do(userAction(row.userAction(name), { user: user.id, seconds: Number(this.#seconds.value) }), user.name);
    } else if (
      ref !== undefined &&
      (await this.#desk.do({ delete: { refs: [ref], ...(this.#epoch !== undefined && { epoch: this.#epoch }) } }, user.name))
    ) {
      row.markDeleted();
    }
    row.setBusy(false);
  }

  /** Viewers and tokens that are not on the screen are named by their ids. */
  #startIdForm(): void {
    const form = byId('id-form', HTMLFormElement);
    const action = byId('id-action', HTMLSelectElement);
    const field = byId('id-target', HTMLInputElement);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      const id = field.value.trim();
      if (id === '') return;
      const seconds = Number(this.#seconds.value);
      // The options of the select element are these names, and `revokeToken`.
      const named = action.value as UserAction | 'revokeToken';
      const done = await this.#desk.do(
        named === 'revokeToken' ? { revokeToken: { tokenId: id } } : userAction(named, { user: id, seconds }),
        id,
      );
      if (done && field.value.trim() === id) field.value = '';
    });
  }
}
