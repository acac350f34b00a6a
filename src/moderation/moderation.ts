import type { Broker, BrokerHandler } from '../broker/broker.ts';
import { type BrokerTrouble, unavailable } from '../broker/trouble.ts';
import type { Cancel, Clock } from '../clock.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { accept, type Result, refuse } from '../protocol/error-catalog.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { RoomNews, RoomSnapshot } from '../room/room.ts';
import type { HeldComment, ModerationAction } from './moderation-action.ts';
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
  /** Whether this process still holds a room open. The log of one that it does not is not followed for long. */
  readonly isHeldOpen: (room: string) => boolean;
  /** Told of a room of which not all is known any more that was done. */
  readonly onIncomplete: (room: string) => void;
}

/** Who must hear at once what was done in a room. */
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
const BUSY_RETRY_MS = 1000;
// The broker hands out what it has stored within a round trip, or a repair.
const HANDED_OUT_MS = 5000;
// An append whose answer is lost may be stored all the same, and then it is handed out.
const UNANSWERED_MS = 1000;
const SWEEP_MS = 60_000;

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

  constructor(parts: ModerationParts) {
    this.#parts = parts;
  }

  /** @throws BrokerStartError */
  async start(): Promise<void> {
    await this.#parts.broker.start(this);
    this.#planSweep();
  }

  async stop(): Promise<void> {
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
    const kept: OpeningLog['kept'] = { reset: undefined, events: [] };
    const opened = this.#open(room, kept).finally(() => this.#opening.delete(room));
    this.#opening.set(room, { opened, kept });
    return opened;
  }

  /** Does something, and answers once it is in the log. Refusals: those of `open`; `too_many_commands`. */
  async act(room: string, action: ModerationAction): Promise<Result<Done>> {
    const opened = await this.open(room);
    if (!opened.ok) return opened;
    if (this.#awaited.size >= MAX_AWAITED) return refuse('too_many_commands', { retryAfterMs: BUSY_RETRY_MS });
    const { broker, clock, metrics, newMark, trouble } = this.#parts;
    const mark = newMark();
    const applied = new Promise<Applied | undefined>((resolve) => this.#awaited.set(mark, resolve));
    const stored = await trouble.guard('append', () => broker.append(room, [entryOfRecord({ action, mark })]));
    const cancel = clock.after(stored.ok ? HANDED_OUT_MS : UNANSWERED_MS, () => this.#settle(mark, undefined));
    const done = await applied;
    cancel();
    if (!done) return stored.ok ? unavailable() : stored;
    const { outcome, offset } = done;
    metrics.moderated(action.kind, outcome);
    void this.#writeSnapshot(room);
    return accept({ version: offset, outcome });
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
    const before = this.#rooms.get(room);
    if (!before) return;
    const applied = this.#begin(room, snapshot);
    // What was lost on the way is carried out now. Of a log that is shorter than before nothing is known to be new.
    this.#carryOut(
      room,
      applied.filter(({ offset }) => offset > before.version),
    );
  }

  onElsewhere(): void {
    // Nobody watches a log of moderation.
  }

  /** Follows first, then reads: what happens in between is told twice, and the offsets tell. */
  async #open(room: string, kept: OpeningLog['kept']): Promise<Result<RoomModeration>> {
    const { broker, trouble } = this.#parts;
    const followed = await trouble.guard('follow', async () => accept(await broker.follow(room)));
    const read = followed.ok ? await trouble.guard('read', () => broker.read(room)) : followed;
    const snapshot = kept.events.length > MAX_KEPT_EVENTS ? unavailable() : read;
    if (!snapshot.ok) {
      this.#unfollow(room);
      return snapshot;
    }
    this.#begin(room, kept.reset ?? snapshot.value);
    const moderation = this.#rooms.get(room);
    if (!moderation) return unavailable();
    for (const { mark } of moderation.accept(kept.events)) this.#settle(mark, undefined); // nobody could act before it was open
    return accept(moderation);
  }

  #begin(room: string, { priority }: RoomSnapshot): Applied[] {
    const { moderation, applied } = RoomModeration.of(priority);
    this.#rooms.set(room, moderation);
    if (moderation.isIncomplete) {
      this.#parts.metrics.moderationIncomplete.inc();
      this.#parts.onIncomplete(room);
    }
    return applied;
  }

  #carryOut(room: string, applied: readonly Applied[]): void {
    for (const each of applied) {
      for (const effect of each.outcome.effects) {
        // Whoever hears it may stop listening.
        for (const listener of [...(this.#listeners.get(room) ?? [])]) {
          if (effect.kind === 'deny') for (const held of effect.held) listener.onDenied?.(held);
          else if (effect.kind === 'revokeToken') listener.onRevoked?.(effect.tokenId);
        }
      }
      this.#settle(each.mark, each);
    }
  }

  #settle(mark: string, applied: Applied | undefined): void {
    this.#awaited.get(mark)?.(applied);
    this.#awaited.delete(mark);
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
      for (const room of this.#rooms.keys()) {
        if (this.#parts.isHeldOpen(room) || this.#listeners.has(room)) continue;
        this.#rooms.delete(room);
        this.#unfollow(room);
      }
      this.#planSweep();
    });
  }

  #unfollow(room: string): void {
    const { broker, trouble } = this.#parts;
    void trouble.guard('unfollow', async () => accept(await broker.unfollow(room)));
  }
}
