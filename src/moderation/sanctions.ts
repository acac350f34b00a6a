import type { AuditEntry, HeldComment, ModerationAction, ModerationEffect } from './moderation-action.ts';
import { type Sanction, SanctionBook, type SanctionKind } from './sanction-book.ts';

export type SanctionVerdict =
  | { readonly kind: 'free' }
  | { readonly kind: 'muted'; readonly retryAfterMs: number }
  | { readonly kind: 'banned' }
  /** Sees its own comments; nobody else does. */
  | { readonly kind: 'shadowed' };

export interface Outcome {
  /** `unchanged`: it was so already, or what it names is not there. `full`: the room has as many sanctions as it may. */
  readonly result: 'applied' | 'unchanged' | 'full';
  readonly effects: readonly ModerationEffect[];
  /** A mute gave way before its end, for want of room. */
  readonly hasEvicted?: true;
  /** The oldest held comment was denied for want of room. */
  readonly hasOverflowed?: true;
}

/** All of a room's moderation, as JSON holds it. */
export interface SanctionsSnapshot {
  /** Of the latest action, Unix ms. */
  readonly at: number;
  readonly sanctions: readonly Sanction[];
  readonly held: readonly HeldComment[];
  readonly audit: readonly AuditEntry[];
}

export interface SanctionsBounds {
  readonly maxSanctions: number;
  readonly maxHeld: number;
  readonly maxAudit: number;
}

const BOUNDS: SanctionsBounds = { maxSanctions: 5000, maxHeld: 200, maxAudit: 200 };
const UNCHANGED: Outcome = { result: 'unchanged', effects: [] };

/**
 * The state of one room's moderation: what the log of its actions amounts to. Pure: it reads no clock and draws no lots, so that every
 * process that applies the same log, or goes on from a snapshot of it, has the same state.
 *
 * What an action has effects for beyond this is told, and carried out by others.
 */
export class Sanctions {
  readonly #bounds: SanctionsBounds;
  readonly #book: SanctionBook;
  /** The oldest first. */
  readonly #held = new Map<string, HeldComment>();
  readonly #audit: AuditEntry[] = [];
  /** The time of the latest action. Clocks of several processes differ: the log's time never runs back. */
  #at = 0;

  constructor(bounds: Partial<SanctionsBounds> = {}) {
    this.#bounds = { ...BOUNDS, ...bounds };
    this.#book = new SanctionBook(this.#bounds.maxSanctions);
  }

  /** Of a snapshot that holds more than the bounds the newest. */
  static fromSnapshot(snapshot: SanctionsSnapshot, bounds: Partial<SanctionsBounds> = {}): Sanctions {
    const sanctions = new Sanctions(bounds);
    const { maxSanctions, maxHeld, maxAudit } = sanctions.#bounds;
    sanctions.#at = snapshot.at;
    for (const sanction of snapshot.sanctions.slice(-maxSanctions)) sanctions.#book.lay(sanction, snapshot.at);
    for (const held of snapshot.held.slice(-maxHeld)) sanctions.#held.set(held.id, held);
    sanctions.#audit.push(...snapshot.audit.slice(-maxAudit));
    return sanctions;
  }

  snapshot(): SanctionsSnapshot {
    return { at: this.#at, sanctions: this.#book.all(), held: this.held, audit: this.audit };
  }

  /** What waits for a moderator, the oldest first. */
  get held(): HeldComment[] {
    return [...this.#held.values()];
  }

  /** The newest actions, the oldest of them first. Holding a comment is the filters' doing, and not among them. */
  get audit(): AuditEntry[] {
    return [...this.#audit];
  }

  /** The heaviest of what lies on a user. @param now - Unix ms */
  verdictFor(user: string, now: number): SanctionVerdict {
    const on = { whom: user, now };
    if (this.#book.inForce('ban', on)) return { kind: 'banned' };
    const mute = this.#book.inForce('mute', on);
    if (mute?.untilMs !== undefined) return { kind: 'muted', retryAfterMs: mute.untilMs - now };
    return this.#book.inForce('shadowBan', on) ? { kind: 'shadowed' } : { kind: 'free' };
  }

  isRevoked(tokenId: string): boolean {
    return this.#book.inForce('revokedToken', { whom: tokenId, now: this.#at }) !== undefined;
  }

  /** What is in force, in the order in which it was laid. */
  inForce(now: number): Sanction[] {
    return this.#book.all().filter(({ untilMs }) => untilMs === undefined || untilMs > now);
  }

  /** @param at - when it was stored, Unix ms */
  apply(action: ModerationAction, at: number): Outcome {
    this.#at = Math.max(this.#at, at);
    const target = this.#targetOf(action);
    const outcome = this.#carryOut(action);
    if (outcome.result === 'applied' && action.kind !== 'hold') this.#enter(action, target);
    return outcome;
  }

  #carryOut(action: ModerationAction): Outcome {
    switch (action.kind) {
      case 'delete':
      case 'settings':
        return applied();
      case 'deleteAll':
        return applied(...this.#denyAllOf(action.user));
      case 'mute':
        return this.#lay({ kind: 'mute', whom: action.user, untilMs: action.untilMs });
      case 'ban':
        return this.#lay({ kind: 'ban', whom: action.user }, () => this.#denyAllOf(action.user));
      case 'shadowBan':
        return this.#lay({ kind: 'shadowBan', whom: action.user });
      case 'unmute':
        return this.#lift('mute', action.user);
      case 'unban':
        return this.#lift('ban', action.user);
      case 'shadowUnban':
        return this.#lift('shadowBan', action.user);
      case 'hold':
        return this.#hold({ id: action.id, at: this.#at, comment: action.comment });
      case 'approve':
      case 'deny':
        return this.#settle(action.id, action.kind);
      case 'revokeToken': {
        const { kind, tokenId } = action;
        return this.#lay({ kind: 'revokedToken', whom: tokenId }, () => [{ kind, tokenId }]);
      }
    }
  }

  #lay(sanction: Sanction, effectsOf: () => readonly ModerationEffect[] = () => []): Outcome {
    const { kind, whom, untilMs } = sanction;
    const before = this.#book.inForce(kind, { whom, now: this.#at });
    const hasExpired = untilMs !== undefined && untilMs <= this.#at;
    if (hasExpired || (before && before.untilMs === untilMs)) return UNCHANGED;
    const laid = this.#book.lay(sanction, this.#at);
    if (laid === 'full') return { result: 'full', effects: [] };
    return { ...applied(...effectsOf()), ...(laid === 'evicted' && { hasEvicted: true }) };
  }

  #lift(kind: SanctionKind, whom: string): Outcome {
    return this.#book.lift(kind, { whom, now: this.#at }) ? applied() : UNCHANGED;
  }

  #hold(held: HeldComment): Outcome {
    if (this.#held.has(held.id)) return UNCHANGED;
    this.#held.set(held.id, held);
    const [oldest] = this.#held.values();
    if (this.#held.size <= this.#bounds.maxHeld || !oldest) return applied();
    this.#held.delete(oldest.id);
    return { ...applied({ kind: 'deny', held: [oldest] }), hasOverflowed: true };
  }

  #settle(id: string, verdict: 'approve' | 'deny'): Outcome {
    const held = this.#held.get(id);
    if (!held) return UNCHANGED; // another moderator was first
    this.#held.delete(id);
    return applied(verdict === 'approve' ? { kind: 'release', held } : { kind: 'deny', held: [held] });
  }

  #denyAllOf(user: string): ModerationEffect[] {
    const held = this.held.filter(({ comment }) => comment.user.id === user);
    for (const { id } of held) this.#held.delete(id);
    return held.length > 0 ? [{ kind: 'deny', held }] : [];
  }

  #enter({ by, kind, reason, ...rest }: ModerationAction, target: string): void {
    const untilMs = 'untilMs' in rest ? rest.untilMs : undefined;
    this.#audit.push({
      at: this.#at,
      by,
      kind,
      target,
      ...(untilMs !== undefined && { untilMs }),
      ...(reason !== undefined && { reason }),
    });
    if (this.#audit.length > this.#bounds.maxAudit) this.#audit.shift();
  }

  /** Asked before the action is carried out: what was held is then gone. */
  #targetOf(action: ModerationAction): string {
    if ('user' in action) return action.user;
    if ('refs' in action) return action.refs.join(' ');
    if ('changed' in action) return action.changed.join(' ');
    if ('tokenId' in action) return action.tokenId;
    return ('id' in action && this.#held.get(action.id)?.comment.user.id) || '';
  }
}

function applied(...effects: ModerationEffect[]): Outcome {
  return { result: 'applied', effects };
}
