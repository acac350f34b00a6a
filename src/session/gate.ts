import { Action, access } from '../auth/access.ts';
import { type Identity, Role } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { LastComments } from '../limits/last-comments.ts';
import type { Limits } from '../limits/limits.ts';
import { maySay, passesModes } from '../moderation/room-modes.ts';
import type { TextFilter } from '../moderation/text-filter.ts';
import type { AskedComment, Webhook, WebhookVerdict } from '../moderation/webhook.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { Comment, Settings } from '../protocol/event.ts';
import { commentOf } from '../protocol/event-schema.ts';
import type { CommentDraft } from '../protocol/frame.ts';
import type { Entrance } from './entrance.ts';
import type { Speaker } from './speaker.ts';

export interface GateParts {
  readonly entrance: Entrance;
  readonly limits: Pick<Limits, 'comments' | 'likes' | 'repeats'>;
  readonly lastComments: LastComments;
  readonly filter: TextFilter;
  /** None: nobody is asked. */
  readonly webhook: Pick<Webhook, 'ask'> | undefined;
  readonly clock: Clock;
}

/** A comment that may be said, as it is to be told. */
export interface Passed {
  readonly comment: Comment;
  /** It was not said after all: its sender may say it again at once. */
  takeBack(): void;
}

interface Asked {
  readonly room: string;
  readonly settings: Settings;
  readonly identity: Identity;
  readonly viewer: string;
  readonly text: string;
}

interface Reserved {
  readonly text: string;
  takeBack(): void;
}

// Answers of a backend that was late come again within this time, or its circuit is open for longer anyway.
const UNANSWERED_RETRY_MS = 2000;

/**
 * May this be said, by this speaker, in this room, now? The cheap questions come first, and what a flood meets is the cheapest:
 *
 *     access ── the speaker's rate ── the room's modes ── own repeats ── text filter ── webhook ── said
 *               └ spent, whatever follows  └──── one turn, nothing awaited ────┘   └ may take its budget
 *
 * Of what one viewer sends at once, slow mode and repeats let only the first through: its place is taken before the backend is asked, and
 * given back where that, or the broker, refuses.
 *
 * There is no queue of held comments: what a moderator would have to see first is refused as `blocked_text`, and the sender is told so.
 */
export class Gate {
  readonly #parts: GateParts;
  /** Each viewer's latest question to the backend: no more than it is asked at once. */
  readonly #asking = new Map<string, Promise<WebhookVerdict>>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /** Refusals: of access, `slow_down`, those of the room's modes, `repeated_text`, `blocked_text`, `moderation_unavailable`; of opening the room. */
  async comment(room: string, draft: CommentDraft, speaker: Speaker): Promise<Result<Passed>> {
    const { entrance, limits, webhook } = this.#parts;
    const { identity } = speaker;
    const mayComment = access(identity, Action.comment, room);
    if (!mayComment.ok) return mayComment;
    const viewer = viewerOf(speaker);
    const limited = await limits.comments.take(viewer);
    if (!limited.ok) return limited;
    const opened = await entrance.open(room, speaker);
    if (!opened.ok) return opened;
    const reserved = this.#reserve({ room, settings: opened.value.settings, identity, viewer, text: draft.text });
    if (!reserved.ok) return reserved;
    const { takeBack } = reserved.value;
    const user = (identity.namesItself && draft.user) || identity.user;
    const { text } = reserved.value;
    const told = webhook ? await this.#ask(webhook, { asked: { room, user, text }, viewer }) : accept(text);
    if (told.ok) return accept({ comment: commentOf({ ...draft, text: told.value }, user), takeBack });
    takeBack();
    return told;
  }

  /** Refusals: of access, `slow_down`; of opening the room. */
  async like(room: string, count: number, speaker: Speaker): Promise<Result<undefined>> {
    const mayLike = access(speaker.identity, Action.like, room);
    if (!mayLike.ok) return mayLike;
    const limited = await this.#parts.limits.likes.take(viewerOf(speaker), count);
    if (!limited.ok) return limited;
    const opened = await this.#parts.entrance.open(room, speaker);
    return opened.ok ? accept(undefined) : opened;
  }

  /** Everything that is decided here and now. What is let through has taken its place. */
  #reserve({ room, settings, identity, viewer, text }: Asked): Result<Reserved> {
    const { clock, filter, lastComments, limits } = this.#parts;
    const now = clock.monotonicMs();
    const place = { room, viewer };
    const lastCommentAt = settings.slowModeSeconds === undefined ? undefined : lastComments.at(place);
    const allowed = maySay(settings, { identity, text, lastCommentAt, now });
    if (!allowed.ok) return allowed;
    const fresh = limits.repeats.take({ viewer, text });
    if (!fresh.ok) return fresh;
    const verdict = filter.check(text, passesModes(identity) ? undefined : settings);
    if (verdict.kind === 'block' || verdict.kind === 'hold') {
      limits.repeats.takeBack({ viewer, text });
      return verdict.kind === 'block' ? refuse('blocked_text') : needsModerator();
    }
    const isSlow = settings.slowModeSeconds !== undefined && !passesModes(identity);
    if (isSlow) lastComments.said(place, now);
    const takeBack = () => {
      limits.repeats.takeBack({ viewer, text });
      if (isSlow) lastComments.takeBack(place, lastCommentAt);
    };
    return accept({ text: verdict.text, takeBack });
  }

  /** What is to be told of it, when the backend has been asked. What one viewer said first is told first, however long each answer takes. */
  async #ask(webhook: Pick<Webhook, 'ask'>, { asked, viewer }: { asked: AskedComment; viewer: string }): Promise<Result<string>> {
    const answer = webhook.ask(asked);
    const before = this.#asking.get(viewer);
    const inOrder = before ? before.then(() => answer) : answer;
    this.#asking.set(viewer, inOrder);
    const verdict = await inOrder;
    if (this.#asking.get(viewer) === inOrder) this.#asking.delete(viewer);
    return textAfter(verdict, asked.text);
  }
}

function textAfter(verdict: WebhookVerdict, text: string): Result<string> {
  switch (verdict.kind) {
    case 'allow':
      return accept(text);
    case 'replace':
      return accept(verdict.text);
    case 'deny':
      return refuse('blocked_text');
    case 'hold':
      return needsModerator();
    case 'unanswered':
      return verdict.rule === 'allow' ? accept(text) : refuse('moderation_unavailable', { retryAfterMs: UNANSWERED_RETRY_MS });
  }
}

function needsModerator(): { ok: false } & Result<never> {
  return refuse('blocked_text', { message: 'this text needs the leave of a moderator, and none can be asked here' });
}

/**
 * By whom limits count. Who has a token is the user that it names, from wherever. Guests are told apart by connection and address: over a
 * WebSocket each has an id of its own, over HTTP they have the same, and those of one address are counted together.
 */
function viewerOf({ identity: { role, user }, address }: Speaker): string {
  return role === Role.guest ? `guest ${user.id} ${address}` : `user ${user.id}`;
}
