import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ModerationAction } from '../../src/moderation/moderation-action.ts';
import { Sanctions, type SanctionsSnapshot } from '../../src/moderation/sanctions.ts';
import type { Comment } from '../../src/protocol/event.ts';
import { NaiveSanctions } from './naive-sanctions.ts';

// Small, so that every bound is met.
const BOUNDS = { maxSanctions: 3, maxHeld: 2, maxAudit: 3 };
const USERS = ['a', 'b', 'c'];
const TOKENS = ['t1', 't2'];

const user = fc.constantFrom(...USERS);
const time = fc.integer({ min: 1, max: 40 });
const id = fc.constantFrom('h1', 'h2', 'h3', 'h4');
const by = fc.record({ by: fc.constantFrom('mod', 'streamer') });
const why = fc.record({ reason: fc.constantFrom('spam', 'rude') }, { requiredKeys: [] });
const comment = fc
  .record({ id: user, text: fc.constantFrom('x', 'y') })
  .map(({ id: userId, text }): Comment => ({ user: { id: userId, name: userId }, text, mode: 'scroll', color: 0, size: 25, repeat: 1 }));

const deed = fc.oneof(
  fc.record({ kind: fc.constant('delete' as const), refs: fc.constant(['c1', 'c2']) }),
  fc.record({ kind: fc.constant('settings' as const), changed: fc.constant(['muted', 'title']) }),
  fc.record({ kind: fc.constant('deleteAll' as const), user }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('ban' as const, 'shadowBan' as const), user }) },
  fc.record({ kind: fc.constantFrom('unban' as const, 'unmute' as const, 'shadowUnban' as const), user }),
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('mute' as const), user, untilMs: time }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('hold' as const), id, comment }) },
  fc.record({ kind: fc.constantFrom('approve' as const, 'deny' as const), id }),
  fc.record({ kind: fc.constant('revokeToken' as const), tokenId: fc.constantFrom(...TOKENS) }),
);
const action: fc.Arbitrary<ModerationAction> = fc.tuple(deed, by, why).map(([what, who, reason]) => ({ ...what, ...who, ...reason }));
/** Time goes on, and now and then an action comes that another clock stamped. */
const log = fc.array(fc.record({ action, at: fc.integer({ min: 0, max: 30 }), isRestored: fc.boolean() }), { minLength: 1, maxLength: 24 });

test('sanctions are what a plain reading of their log says, kept whole or restored from JSON at any moment', { timeout: 120_000 }, () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(log, (entries) => {
      const naive = new NaiveSanctions(BOUNDS);
      const kept = new Sanctions(BOUNDS);
      let restored = new Sanctions(BOUNDS);
      for (const { action: next, at, isRestored } of entries) {
        if (isRestored) restored = Sanctions.fromSnapshot(JSON.parse(JSON.stringify(restored.snapshot())) as SanctionsSnapshot, BOUNDS);
        const outcome = kept.apply(next, at);
        agree(outcome, naive.apply(next, at));
        agree(restored.apply(next, at), outcome);
        seen.add(outcome.result);
        for (const key of Object.keys(outcome)) seen.add(key);
        agree(stateOf(kept), stateOf(restored));
        agree(kept.held, naive.held);
        agree(kept.audit, naive.audit);
        for (const now of [0, 10, 20, 39, 40]) {
          for (const each of USERS) agree(kept.verdictFor(each, now), naive.verdictFor(each, now));
          for (const token of TOKENS) {
            agree(
              kept.isRevoked(token),
              naive.lain.some(({ kind, whom }) => kind === 'revokedToken' && whom === token),
            );
          }
        }
        const { sanctions, held, audit } = kept.snapshot();
        agree(
          sanctions.map(({ kind, whom, untilMs = Number.POSITIVE_INFINITY }) => ({ kind, whom, end: untilMs })),
          naive.lain,
        );
        if (sanctions.length > BOUNDS.maxSanctions || held.length > BOUNDS.maxHeld || audit.length > BOUNDS.maxAudit)
          throw new Error('over');
      }
    }),
    { numRuns: 10_000 },
  );
  // What was never met was not tried.
  expect(seen).toEqual(new Set(['applied', 'unchanged', 'full', 'result', 'effects', 'hasEvicted', 'hasOverflowed']));
});

function stateOf(sanctions: Sanctions): string {
  return JSON.stringify(sanctions.snapshot());
}

/** `expect` costs more than all the rest: it is asked where the two differ. */
function agree(one: unknown, other: unknown): void {
  if (!isDeepStrictEqual(one, other)) expect(one).toEqual(other);
}
