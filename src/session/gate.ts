import { Action, access } from '../auth/access.ts';
import { type Identity, Role } from '../auth/identity.ts';
import type { Clock } from '../clock.ts';
import type { LastComments } from '../limits/last-comments.ts';
import type { Limits } from '../limits/limits.ts';
import type { Moderation } from '../moderation/moderation.ts';
import type { RoomModeration } from '../moderation/room-moderation.ts';
import { maySay, passesModes } from '../moderation/room-modes.ts';
import type { TextFilter } from '../moderation/text-filter.ts';
import type { AskedComment, Webhook, WebhookVerdict } from '../moderation/webhook.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { Comment, Settings, User } from '../protocol/event.ts';
import { commentOf } from '../protocol/event-schema.ts';
import type { CommentDraft } from '../protocol/frame.ts';
import type { Entrance } from './entrance.ts';
import type { Speaker } from './speaker.ts';

export interface GateParts {
  readonly entrance: Entrance;
  readonly limits: Pick<Limits, 'comments' | 'likes' | 'repeats'>;
  readonly lastComments: LastComments;
  readonly filter: TextFilter;
  readonly moderation: Pick<Moderation, 'find' | 'open'>;
  /** None: nobody is asked. */
  readonly webhook: Pick<Webhook, 'ask'> | undefined;
  readonly clock: Clock;
}

/** A comment that was not refused, as it is to be told, and what becomes of it. */
export interface Passed {
  /** `held`: a moderator is to be asked. `shadowed`: its sender is to believe that it was said. */
  readonly kind: 'said' | 'held' | 'shadowed';
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
  readonly isHeld: boolean;
  takeBack(): void;
}

interface Decided {
  readonly text: string;
  readonly isHeld: boolean;
}

// Answers of a backend that was late come again within this time, or its circuit is open for longer anyway.
const UNANSWERED_RETRY_MS = 2000;
const FREE = { kind: 'free' } as const;

/**
 * May this be said, by this speaker, in this room, now? The cheap questions come first, and what a flood meets is the cheapest:
 *
 *     access ── the speaker's rate ── sanctions ── the room's modes ── own repeats ── text filter ── webhook ── said
 *               └ spent, whatever follows          └──── one turn, nothing awaited ────┘   └ may take its budget
 *
 * What the filter holds is not asked about further, and neither is what a shadow ban hides: a moderator sees the one, and nobody the other.
 *
 * Of what one viewer sends at once, slow mode and repeats let only the first through: its place is taken before the backend is asked, and
 * given back where that, or the broker, refuses.
 */
export class Gate {
  readonly #parts: GateParts;
  /** Each viewer's latest question to the backend: no more than it is asked at once. */
  readonly #asking = new Map<string, Promise<WebhookVerdict>>();

  constructor(parts: GateParts) {
    this.#parts = parts;
  }

  /**
   * Refusals: of access, `slow_down`, `banned`, `muted`, those of the room's modes, `repeated_text`, `blocked_text`, `moderation_unavailable`; of
   * opening the room, and what was done in it.
   */
  async comment(room: string, draft: CommentDraft, speaker: Speaker): Promise<Result<Passed>> {
    const { entrance, limits, moderation, webhook } = this.#parts;
    const { identity } = speaker;
    const mayComment = access(identity, Action.comment, room);
    if (!mayComment.ok) return mayComment;
    const viewer = viewerOf(speaker);
    const limited = await limits.comments.take(viewer);
    if (!limited.ok) return limited;
    const opened = await entrance.open(room, speaker);
    if (!opened.ok) return opened;
    const user = (identity.namesItself && draft.user) || identity.user;
    const known = moderation.find(room);
    const done = known ? accept(known) : await moderation.open(room);
    if (!done.ok) return done;
    const free = this.#sanctioned(done.value, { identity, user });
    if (!free.ok) return free;
    const reserved = this.#reserve({ room, settings: opened.value.settings, identity, viewer, text: draft.text });
    if (!reserved.ok) return reserved;
    const { takeBack, ...found } = reserved.value;
    const passed = ({ text, isHeld }: Decided) => {
      const comment = commentOf({ ...draft, text }, user);
      return accept({ kind: free.value === 'shadowed' ? free.value : isHeld ? 'held' : 'said', comment, takeBack } as const);
    };
    if (!webhook || found.isHeld || free.value === 'shadowed') return passed(found);
    const decided = await this.#ask(webhook, { asked: { room, user, text: found.text }, viewer });
    if (decided.ok) return passed(decided.value);
    takeBack();
    return decided;
  }

  /** Refusals: of access, `slow_down`, `banned`; of opening the room. */
  async like(room: string, count: number, speaker: Speaker): Promise<Result<undefined>> {
    const mayLike = access(speaker.identity, Action.like, room);
    if (!mayLike.ok) return mayLike;
    const limited = await this.#parts.limits.likes.take(viewerOf(speaker), count);
    if (!limited.ok) return limited;
    const opened = await this.#parts.entrance.open(room, speaker);
    if (!opened.ok) return opened;
    // Likes are counts: they wait for nothing that was done in the room.
    const lain = this.#parts.moderation.find(room)?.sanctions.verdictFor(speaker.identity.user.id, this.#parts.clock.unixMs());
    return lain?.kind === 'banned' ? refuse('banned') : accept(undefined);
  }

  /** What lies on a user in a room. Whoever rules it is free there. */
  #sanctioned({ sanctions }: RoomModeration, { identity, user }: { identity: Identity; user: User }): Result<'free' | 'shadowed'> {
    const verdict = passesModes(identity) ? FREE : sanctions.verdictFor(user.id, this.#parts.clock.unixMs());
    switch (verdict.kind) {
      case 'banned':
        return refuse('banned');
      case 'muted':
        return refuse('muted', { retryAfterMs: verdict.retryAfterMs });
      case 'free':
      case 'shadowed':
        return accept(verdict.kind);
    }
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
    if (verdict.kind === 'block') {
      limits.repeats.takeBack({ viewer, text });
      return refuse('blocked_text');
    }
    const isSlow = settings.slowModeSeconds !== undefined && !passesModes(identity);
    if (isSlow) lastComments.said(place, now);
    const takeBack = () => {
      limits.repeats.takeBack({ viewer, text });
      if (isSlow) lastComments.takeBack(place, lastCommentAt);
    };
    return accept({ text: verdict.kind === 'hold' ? text : verdict.text, isHeld: verdict.kind === 'hold', takeBack });
  }

  /** What is to be told of it, when the backend has been asked. What one viewer said first is told first, however long each answer takes. */
  async #ask(webhook: Pick<Webhook, 'ask'>, { asked, viewer }: { asked: AskedComment; viewer: string }): Promise<Result<Decided>> {
    const answer = webhook.ask(asked);
    const before = this.#asking.get(viewer);
    const inOrder = before ? before.then(() => answer) : answer;
    this.#asking.set(viewer, inOrder);
    const verdict = await inOrder;
    if (this.#asking.get(viewer) === inOrder) this.#asking.delete(viewer);
    return decidedBy(verdict, asked.text);
  }
}

function decidedBy(verdict: WebhookVerdict, text: string): Result<Decided> {
  switch (verdict.kind) {
    case 'allow':
      return accept({ text, isHeld: false });
    case 'replace':
      return accept({ text: verdict.text, isHeld: false });
    case 'deny':
      return refuse('blocked_text');
    case 'hold':
      return accept({ text, isHeld: true });
    case 'unanswered':
      return verdict.rule === 'allow'
        ? accept({ text, isHeld: false })
        : refuse('moderation_unavailable', { retryAfterMs: UNANSWERED_RETRY_MS });
  }
}

/**
 * By whom limits count. Who has a token is the user that it names, from wherever. Guests are told apart by connection and address: over a
 * WebSocket each has an id of its own, over HTTP they have the same, and those of one address are counted together.
 */
function viewerOf({ identity: { role, user }, address }: Speaker): string {
  return role === Role.guest ? `guest ${user.id} ${address}` : `user ${user.id}`;
}
