import type { Broker, BrokerHandler } from '../broker/broker.ts';
import { followAndRead, unfollow } from '../broker/follow-and-read.ts';
import { type BrokerTrouble, unavailable } from '../broker/trouble.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../room/room.ts';
import { busy } from './busy.ts';
import type { HeldComment, ModerationAction, ModerationEffect } from './moderation-action.ts';
import { entryOfRecord } from './moderation-record.ts';
import { type Applied, RoomModeration } from './room-moderation.ts';
import type { Outcome } from './sanctions.ts';

export interface ModerationParts {
  /** One of its own: its rooms are the logs of moderation, by the names of the rooms that they are about. */
  readonly broker: Broker;
  readonly trouble: BrokerTrouble;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** A name for an action: never the same twice, at any process. */
  readonly newMark: () => string;
  /** Of how many rooms at once it is known what was done: more than may be open. */
  readonly maxRooms: number;
  /** Whether this process still holds a room open. The log of one that it does not is not followed for long. */
  readonly isHeldOpen: (room: string) => boolean;
  /** Told of a room of which not all is known any more that was done. */
  readonly onIncomplete: (room: string) => void;
}

/** Who must hear at once what was done in a room. It is told again where the log is handed out as a whole. */
export interface ModerationListener {
  onDenied?(held: HeldComment): void;
  onRevoked?(tokenId: string): void;
}

/** An action that is in the log. */
export interface Done {
  readonly version: number;
  readonly outcome: Outcome;
}

interface OpeningLog {
  readonly opened: Promise<Result<RoomModeration>>;
  /** What is handed out meanwhile. */
  readonly kept: { reset: RoomSnapshot | undefined; events: SealedEvent[] };
}

// Far more than are done while a log is opened. Where it is more, it is not opened.
const MAX_KEPT_EVENTS = 1000;
// Each waits for one answer of the broker: filters may hold a comment each, moderators click.
const MAX_AWAITED = 1000;
// The broker hands out what it has stored within a round trip, or a repair.
const HANDED_OUT_MS = 5000;
// An append whose answer is lost may be stored all the same, and then it is handed out.
const UNANSWERED_MS = 1000;
// Longer than a failover. It takes a place among those awaited meanwhile.
const LATE_MS = 60_000;
const PUT_BACK_GAP_MS = 1000;
const PUT_BACK_TRIES = 60;
const SWEEP_MS = 60_000;
const FOR_EVER = Number.MAX_SAFE_INTEGER;

/**
 * What moderators and filters have done, in the rooms that this process holds open.
 *
 * Every action is an entry of a log that the broker orders, stores and carries; each process applies the log, and nobody applies anything else.
 * So all processes agree on who is muted, which of two moderators was first, and what became of a held comment; a restart begins with what
 * is stored; and a broker that is away leaves in force what was. What came of one's own action is known when it comes back in the log.
 */
export class Moderation implements BrokerHandler {
  readonly #parts: ModerationParts;
  readonly #rooms = new Map<string, RoomModeration>();
  readonly #opening = new Map<string, OpeningLog>();
  readonly #awaited = new Map<string, (applied: Applied | undefined) => void>();
  readonly #listeners = new Map<string, Set<ModerationListener>>();
  readonly #snapshotting = new Set<string>();
  #cancelSweep: Cancel | undefined;
  #isStopped = false;

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /** @throws BrokerStartError */
  async start(): Promise<void> {
    await this.#parts.broker.start(this);
    this.#planSweep();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#cancelSweep?.();
    for (const settle of this.#awaited.values()) settle(undefined);
    await this.#parts.broker.stop();
  }

  /** What is known of a room already. */
  find(room: string): RoomModeration | undefined {
    return this.#rooms.get(room);
  }

  /** What was done in a room, read from its log if need be. Refusals: `too_many_rooms`, `broker_unavailable`. */
  async open(room: string): Promise<Result<RoomModeration>> {
    const known = this.#rooms.get(room);
    if (known) return accept(known);
    const opening = this.#opening.get(room);
    if (opening) return opening.opened;
    if (!this.#parts.broker.isReady()) return unavailable();
    if (this.#rooms.size + this.#opening.size >= this.#parts.maxRooms && !this.#makePlace()) return refuse('too_many_rooms');
    const kept: OpeningLog['kept'] = { reset: undefined, events: [] };
    const opened = this.#open(room, kept).finally(() => this.#opening.delete(room));
    this.#opening.set(room, { opened, kept });
    return opened;
  }

  /** Does something, and answers once it is in the log. Refusals: those of `open`; `too_many_commands`. */
  async act(room: string, action: ModerationAction): Promise<Result<Done>> {
    const opened = await this.open(room);
    if (!opened.ok) return opened;
    if (this.#awaited.size >= MAX_AWAITED) return busy();
    const { broker, clock, metrics, newMark, trouble } = this.#parts;
    const mark = newMark();
    const applied = new Promise<Applied | undefined>((resolve) => this.#awaited.set(mark, resolve));
    const stored = await trouble.guard('append', () => broker.append(room, [entryOfRecord({ action, mark })]));
    const cancel = clock.after(stored.ok ? HANDED_OUT_MS : UNANSWERED_MS, () => this.#settle(mark, undefined));
    const done = await applied;
    cancel();
    if (!done) {
      if (action.kind === 'approve') this.#awaitLate(room, mark);
      return stored.ok ? unavailable() : stored;
    }
    const { outcome, offset } = done;
    metrics.moderated(action.kind, outcome);
    void this.#writeSnapshot(room);
    return accept({ version: offset, outcome });
  }

  /**
   * A comment that was approved and could not be said waits again, rather than be lost: tried for a while where the log cannot be written
   * either. As few are as were approved just before it could not.
   */
  async putBack(room: string, held: HeldComment, triesLeft = PUT_BACK_TRIES): Promise<void> {
    if (this.#isStopped) return;
    const { comment, id } = held;
    const { ok } = await this.act(room, { kind: 'hold', id, comment, by: 'filter' });
    if (ok || triesLeft <= 1) return;
    this.#parts.clock.after(PUT_BACK_GAP_MS, () => void this.putBack(room, held, triesLeft - 1));
  }

  /** @returns to be called when it need not hear more */
  listen(room: string, listener: ModerationListener): () => void {
    const listeners = this.#listeners.get(room) ?? new Set();
    this.#listeners.set(room, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(room) === listeners) this.#listeners.delete(room);
    };
  }

  onNews(room: string, _epoch: string, { priority }: RoomNews): void {
    const known = this.#rooms.get(room);
    const kept = this.#opening.get(room)?.kept;
    if (known) this.#carryOut(room, known.accept(priority));
    else if (kept && kept.events.length <= MAX_KEPT_EVENTS) kept.events.push(...priority);
  }

  onReset(room: string, snapshot: RoomSnapshot): void {
    const kept = this.#opening.get(room)?.kept;
    if (kept) {
      kept.reset = snapshot;
      kept.events = [];
    }
    if (!this.#rooms.has(room)) return;
    // What was lost on the way is carried out now. What is new cannot be told by offsets, which may be those of another life.
    const applied = this.#begin(room, snapshot);
    for (const { kind, whom } of this.#rooms.get(room)?.sanctions.inForce(FOR_EVER) ?? []) {
      if (kind === 'revokedToken') this.#tell(room, { kind: 'revokeToken', tokenId: whom });
    }
    this.#carryOut(room, applied);
  }

  onElsewhere(): void {
    // Nobody watches a log of moderation.
  }

  async #open(room: string, kept: OpeningLog['kept']): Promise<Result<RoomModeration>> {
    const read = await followAndRead(room, this.#parts);
    const snapshot = kept.events.length > MAX_KEPT_EVENTS ? unavailable() : read;
    if (!snapshot.ok) {
      unfollow(room, this.#parts);
      return snapshot;
    }
    this.#begin(room, kept.reset ?? snapshot.value);
    const moderation = this.#rooms.get(room);
    if (!moderation) return unavailable();
    for (const { mark } of moderation.accept(kept.events)) this.#settle(mark, undefined); // nobody could act before it was open
    return accept(moderation);
  }

  #begin(room: string, snapshot: RoomSnapshot): Applied[] {
    const { moderation, applied } = RoomModeration.of(snapshot);
    const before = this.#rooms.get(room);
    this.#rooms.set(room, moderation);
    if (moderation.isIncomplete || (before && moderation.version < before.version)) {
      this.#parts.metrics.moderationIncomplete.inc();
      this.#parts.onIncomplete(room);
    }
    return applied;
  }

  #carryOut(room: string, applied: readonly Applied[]): void {
    for (const each of applied) {
      for (const effect of each.outcome.effects) this.#tell(room, effect);
      this.#settle(each.mark, each);
    }
  }

  #tell(room: string, effect: ModerationEffect): void {
    // Whoever hears it may stop listening.
    for (const listener of [...(this.#listeners.get(room) ?? [])]) {
      if (effect.kind === 'deny') for (const held of effect.held) listener.onDenied?.(held);
      else if (effect.kind === 'revokeToken') listener.onRevoked?.(effect.tokenId);
    }
  }

  #settle(mark: string, applied: Applied | undefined): void {
    this.#awaited.get(mark)?.(applied);
    this.#awaited.delete(mark);
  }

  /** Nobody says a comment whose approval was given up for lost: where it comes in the log after all, the comment waits again. */
  #awaitLate(room: string, mark: string): void {
    if (this.#isStopped) return;
    const cancel = this.#parts.clock.after(LATE_MS, () => this.#settle(mark, undefined));
    this.#awaited.set(mark, (late) => {
      cancel();
      for (const effect of late?.outcome.effects ?? []) if (effect.kind === 'release') void this.putBack(room, effect.held);
    });
  }

  /** One that comes to nothing is tried again with the next action. */
  async #writeSnapshot(room: string): Promise<void> {
    const moderation = this.#rooms.get(room);
    if (!moderation?.needsSnapshot || this.#snapshotting.has(room)) return;
    const { broker, trouble } = this.#parts;
    this.#snapshotting.add(room);
    await trouble.guard('append', () => broker.append(room, [entryOfRecord(moderation.snapshot())]));
    this.#snapshotting.delete(room);
  }

  #planSweep(): void {
    this.#cancelSweep = this.#parts.clock.after(SWEEP_MS, () => {
      for (const room of this.#rooms.keys()) if (!this.#isNeeded(room)) this.#forget(room);
      this.#planSweep();
    });
  }

  /** Forgets the first room that nobody is in: asking about rooms that do not exist keeps nobody out of others. */
  #makePlace(): boolean {
    for (const room of this.#rooms.keys()) {
      if (this.#isNeeded(room)) continue;
      this.#forget(room);
      return true;
    }
    return false;
  }

  #isNeeded(room: string): boolean {
    return this.#parts.isHeldOpen(room) || this.#listeners.has(room);
  }

  #forget(room: string): void {
    this.#rooms.delete(room);
    unfollow(room, this.#parts);
  }
}
