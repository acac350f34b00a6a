import { Action, access } from '../auth/access.ts';
import type { Broker, Receipt } from '../broker/broker.ts';
import { type Entry, entryOf } from '../broker/entry.ts';
import type { BrokerTrouble } from '../broker/trouble.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { busy } from '../moderation/busy.ts';
import type { Moderation } from '../moderation/moderation.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { Comment } from '../protocol/event.ts';
import type { PublishedBody } from '../protocol/event-schema.ts';
import type { CommentDraft } from '../protocol/frame.ts';
import type { LiveRoom } from '../shard/live-room.ts';
import type { Shard } from '../shard/shard.ts';
import type { Entrance } from './entrance.ts';
import type { Gate, Passed } from './gate.ts';
import type { IngressLimit } from './ingress-limit.ts';
import type { Speaker } from './speaker.ts';

// By then the sender has found another node, or this one is back.
const DRAINED_RETRY_MS = 2000;
// Half of what may wait for the log of moderation: a flood of comments to be held leaves moderators their place.
const MAX_HOLDING = 500;

export interface IngressParts {
  readonly broker: Broker;
  readonly metrics: Metrics;
  readonly trouble: BrokerTrouble;
  readonly limit: IngressLimit;
  readonly shard: Pick<Shard, 'find'>;
  readonly gate: Gate;
  readonly entrance: Pick<Entrance, 'admit'>;
  readonly moderation: Pick<Moderation, 'act'>;
  /** A name for a comment that is held. */
  readonly newHeldId: () => string;
}

/** What became of a comment that was not refused. */
export interface Taken extends Receipt {
  /** Shown to its sender alone. */
  readonly own?: Comment;
  /** It waits for a moderator, under this name. */
  readonly heldAs?: string;
}

export interface PublishOptions {
  readonly speaker: Speaker;
  /** As what the speaker may: publishing, by default. */
  readonly as?: Action;
  readonly idempotencyKey?: string;
}

/**
 * The way up, the same for every transport: what was decoded and found valid goes to the broker, and its fate is counted.
 * A refusal of the broker is answered as it is: nothing was stored then. Comments beyond what a room takes in are refused as well, and what
 * came along with them; gifts alone never.
 *
 * While the broker is away, comments of viewers go on within this process, in the rooms that it holds open: told, and not stored. Nothing else
 * does.
 */
export class Ingress {
  readonly #broker: Broker;
  readonly #metrics: Metrics;
  readonly #trouble: BrokerTrouble;
  readonly #limit: IngressLimit;
  readonly #shard: Pick<Shard, 'find'>;
  readonly #gate: Gate;
  readonly #parts: Pick<IngressParts, 'entrance' | 'moderation' | 'newHeldId'>;
  #unanswered = 0;
  /** Comments on their way to the log of moderation. */
  #holding = 0;
  /** Called when the last append is answered: nothing more is taken. */
  #onDrained: (() => void) | undefined;

  constructor(parts: IngressParts) {
    this.#limit = parts.limit;
    this.#shard = parts.shard;
    this.#gate = parts.gate;
    this.#broker = parts.broker;
    this.#metrics = parts.metrics;
    this.#trouble = parts.trouble;
    this.#parts = parts;
  }

  /** @returns an empty ref for a comment that was not stored */
  comment(room: string, draft: CommentDraft, speaker: Speaker): Promise<Result<Taken>> {
    return this.carry(async () => {
      const passed = await this.#gate.comment(room, draft, speaker);
      if (!passed.ok) {
        this.#metrics.countEvent('chat', 'refused');
        return passed;
      }
      const said = await this.#say(room, passed.value);
      if (!said.ok) passed.value.takeBack();
      return said;
    });
  }

  like(room: string, count: number, speaker: Speaker): Promise<Result<Receipt>> {
    return this.carry(async () => {
      const passed = await this.#gate.like(room, count, speaker);
      if (passed.ok) return this.#store(room, [{ lane: 'ambient', likes: count }]);
      this.#metrics.countEvent('ambient', 'refused');
      return passed;
    });
  }

  /** All are stored, or none. Platform backends pass the gate: what they send is theirs to answer for. */
  async events(
    room: string,
    bodies: readonly PublishedBody[],
    { speaker, as = Action.publish, ...options }: PublishOptions,
  ): Promise<Result<Receipt>> {
    const allowed = access(speaker.identity, as, room);
    if (!allowed.ok) return allowed;
    return this.carry(async () => {
      const admitted = await this.#parts.entrance.admit(room, speaker);
      return admitted.ok ? this.#store(room, bodies.map(entryOf), options) : admitted;
    });
  }

  /** Whatever was begun is carried to its end before draining is over, the questions of the gate as well. Refusal: `draining`. */
  async carry<T>(begin: () => Promise<Result<T>>): Promise<Result<T>> {
    if (this.#onDrained) return refuse('draining', { retryAfterMs: DRAINED_RETRY_MS });
    this.#unanswered++;
    try {
      return await begin();
    } finally {
      this.#answered();
    }
  }

  /** Takes nothing more, and resolves once every append that was begun is answered. */
  drain(): Promise<void> {
    return new Promise((resolve) => {
      this.#onDrained = resolve;
      if (this.#unanswered === 0) resolve();
    });
  }

  #say(room: string, { kind, comment }: Passed): Result<Taken> | Promise<Result<Taken>> {
    const live = this.#shard.find(room);
    switch (kind) {
      case 'said':
        return live && !this.#broker.isReady() ? this.#tell(live, comment) : this.#store(room, [entryOf({ comment })]);
      case 'shadowed':
        this.#metrics.countEvent('chat', 'shadowed');
        return accept({ epoch: live?.epoch ?? '', refs: [''], own: comment });
      case 'shadowHeld':
        this.#metrics.countEvent('chat', 'shadowed');
        return accept({ epoch: live?.epoch ?? '', refs: [''], heldAs: this.#parts.newHeldId() });
      case 'held':
        return this.#hold(room, comment);
    }
  }

  async #hold(room: string, comment: Comment): Promise<Result<Taken>> {
    const id = this.#parts.newHeldId();
    const isFull = this.#holding >= MAX_HOLDING;
    const allowed = isFull ? busy() : this.#limit.take(room, 1);
    this.#holding++;
    const held = allowed.ok ? await this.#parts.moderation.act(room, { kind: 'hold', id, comment, by: 'filter' }) : allowed;
    this.#holding--;
    this.#metrics.countEvent('chat', held.ok ? 'held' : 'refused');
    return held.ok ? accept({ epoch: this.#shard.find(room)?.epoch ?? '', refs: [''], heldAs: id }) : held;
  }

  #tell(room: LiveRoom, comment: Comment): Result<Receipt> {
    const allowed = this.#limit.take(room.name, 1);
    if (allowed.ok) room.say(comment);
    else this.#metrics.countEvent('chat', 'refused');
    return allowed.ok ? accept({ epoch: room.epoch, refs: [''] }) : allowed;
  }

  #answered(): void {
    this.#unanswered--;
    if (this.#unanswered === 0) this.#onDrained?.();
  }

  async #store(room: string, entries: readonly Entry[], options: { idempotencyKey?: string } = {}): Promise<Result<Receipt>> {
    const comments = entries.filter(({ lane }) => lane === 'chat').length;
    const allowed = this.#limit.take(room, comments);
    const result = allowed.ok ? await this.#trouble.guard('append', () => this.#broker.append(room, entries, options)) : allowed;
    if (result.ok && result.value.isReplay) return result; // counted when it was stored
    for (const { lane } of entries) this.#metrics.countEvent(lane, result.ok ? 'accepted' : 'refused');
    return result;
  }
}
