import type { AuditEntry, HeldComment, ModerationAction, ModerationEffect } from '../../src/moderation/moderation-action.ts';
import type { Outcome, SanctionsBounds, SanctionVerdict } from '../../src/moderation/sanctions.ts';

interface Lain {
  readonly kind: string;
  readonly whom: string;
  readonly end: number;
}

const LAYS: Record<string, string> = { mute: 'mute', ban: 'ban', shadowBan: 'shadowBan', revokeToken: 'revokedToken' };
const LIFTS: Record<string, string> = { unmute: 'mute', unban: 'ban', shadowUnban: 'shadowBan' };

/** What sanctions are, said as plainly as can be: lists that are searched from end to end. */
export class NaiveSanctions {
  readonly #bounds: SanctionsBounds;
  now = 0;
  lain: Lain[] = [];
  held: HeldComment[] = [];
  audit: AuditEntry[] = [];

  constructor(bounds: SanctionsBounds) {
    this.#bounds = bounds;
  }

  verdictFor(user: string, now: number): SanctionVerdict {
    const on = (kind: string) => this.lain.find((each) => each.kind === kind && each.whom === user && each.end > now);
    const mute = on('mute');
    if (on('ban')) return { kind: 'banned' };
    if (mute) return { kind: 'muted', retryAfterMs: mute.end - now };
    if (on('shadowBan')) return { kind: 'shadowed' };
    return { kind: 'free' };
  }

  apply(action: ModerationAction, at: number): Outcome {
    if (at > this.now) this.now = at;
    const target = this.#target(action);
    const outcome = this.#act(action);
    if (outcome.result === 'applied' && action.kind !== 'hold') {
      const entry = {
        at: this.now,
        by: action.by,
        kind: action.kind,
        target,
        untilMs: 'untilMs' in action ? action.untilMs : undefined,
        reason: action.reason,
      };
      this.audit = [...this.audit, JSON.parse(JSON.stringify(entry)) as AuditEntry].slice(-this.#bounds.maxAudit);
    }
    return outcome;
  }

  #act(action: ModerationAction): Outcome {
    const none: Outcome = { result: 'unchanged', effects: [] };
    const lays = LAYS[action.kind];
    if (lays !== undefined) return this.#lay(action, lays);
    const lifts = LIFTS[action.kind];
    if (lifts !== undefined && 'user' in action) {
      const found = this.lain.filter(({ kind, whom }) => kind === lifts && whom === action.user);
      this.lain = this.lain.filter((each) => !found.includes(each));
      return found.some(({ end }) => end > this.now) ? { result: 'applied', effects: [] } : none;
    }
    if (action.kind === 'delete' || action.kind === 'settings') return { result: 'applied', effects: [] };
    if (action.kind === 'deleteAll') {
      return { result: 'applied', effects: this.#deny(({ comment }) => comment.user.id === action.user) };
    }
    if (action.kind === 'hold') {
      if (this.held.some(({ id }) => id === action.id)) return none;
      this.held.push({ id: action.id, at: this.now, comment: action.comment });
      if (this.held.length <= this.#bounds.maxHeld) return { result: 'applied', effects: [] };
      return { result: 'applied', effects: this.#deny((each) => each === this.held[0]), hasOverflowed: true };
    }
    const settled = this.held.find(({ id }) => 'id' in action && id === action.id);
    if (!settled) return none;
    const denied = this.#deny((each) => each === settled);
    return { result: 'applied', effects: action.kind === 'approve' ? [{ kind: 'release', held: settled }] : denied };
  }

  #lay(action: ModerationAction, kind: string): Outcome {
    const whom = 'user' in action ? action.user : 'tokenId' in action ? action.tokenId : '';
    const end = 'untilMs' in action ? action.untilMs : Number.POSITIVE_INFINITY;
    const isThere = (each: Lain) => each.kind === kind && each.whom === whom;
    if (end <= this.now) return { result: 'unchanged', effects: [] };
    if (this.lain.some((each) => isThere(each) && each.end === end)) return { result: 'unchanged', effects: [] };
    let hasEvicted = false;
    if (!this.lain.some(isThere) && this.lain.length === this.#bounds.maxSanctions) {
      const [spared] = this.lain.filter((each) => each.end <= this.now || each.kind === 'mute').sort((a, b) => a.end - b.end);
      if (!spared) return { result: 'full', effects: [] };
      hasEvicted = spared.end > this.now;
      this.lain = this.lain.filter((each) => each !== spared);
    }
    this.lain = [...this.lain.filter((each) => !isThere(each)), { kind, whom, end }];
    const effects: ModerationEffect[] = [];
    if (kind === 'ban') effects.push(...this.#deny(({ comment }) => comment.user.id === whom));
    if (kind === 'revokedToken') effects.push({ kind: 'revokeToken', tokenId: whom });
    return { result: 'applied', effects, ...(hasEvicted && { hasEvicted: true as const }) };
  }

  #deny(isMeant: (held: HeldComment) => boolean): ModerationEffect[] {
    const held = this.held.filter(isMeant);
    this.held = this.held.filter((each) => !held.includes(each));
    return held.length > 0 ? [{ kind: 'deny', held }] : [];
  }

  #target(action: ModerationAction): string {
    switch (action.kind) {
      case 'delete':
        return action.refs.join(' ');
      case 'settings':
        return action.changed.join(' ');
      case 'revokeToken':
        return action.tokenId;
      case 'hold':
      case 'approve':
      case 'deny':
        return this.held.find(({ id }) => id === action.id)?.comment.user.id ?? '';
      default:
        return action.user;
    }
  }
}
