import { describe, expect, test } from 'vitest';
import type { ModerationDeed } from '../../src/moderation/moderation-action.ts';
import { Sanctions, type SanctionsSnapshot } from '../../src/moderation/sanctions.ts';
import type { Comment } from '../../src/protocol/event.ts';

const T = 1_795_300_000_000;

function world(bounds = {}) {
  const sanctions = new Sanctions(bounds);
  const does = (deed: ModerationDeed, at = T) => sanctions.apply({ ...deed, by: 'mod' }, at);
  return { sanctions, does };
}

function commentBy(id: string, text = 'hi'): Comment {
  return { user: { id, name: id }, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 };
}

describe('verdictFor()', () => {
  test('someone about whom nothing was done is free', () => {
    expect(world().sanctions.verdictFor('u1', T)).toEqual({ kind: 'free' });
  });

  test('a mute tells how long it lasts, and ends by itself', () => {
    const { sanctions, does } = world();
    does({ kind: 'mute', user: 'u1', untilMs: T + 60_000 });
    expect(sanctions.verdictFor('u1', T + 1)).toEqual({ kind: 'muted', retryAfterMs: 59_999 });
    expect(sanctions.verdictFor('u1', T + 60_000)).toEqual({ kind: 'free' });
    expect(sanctions.verdictFor('u2', T + 1)).toEqual({ kind: 'free' });
  });

  test('the heaviest goes before: a ban, a mute, a shadow ban', () => {
    const { sanctions, does } = world();
    does({ kind: 'shadowBan', user: 'u1' });
    expect(sanctions.verdictFor('u1', T)).toEqual({ kind: 'shadowed' });
    does({ kind: 'mute', user: 'u1', untilMs: T + 1 });
    expect(sanctions.verdictFor('u1', T).kind).toBe('muted');
    does({ kind: 'ban', user: 'u1' });
    expect(sanctions.verdictFor('u1', T)).toEqual({ kind: 'banned' });
    does({ kind: 'unban', user: 'u1' });
    does({ kind: 'unmute', user: 'u1' });
    does({ kind: 'shadowUnban', user: 'u1' });
    expect(sanctions.verdictFor('u1', T)).toEqual({ kind: 'free' });
  });

  test('the later mute goes before the earlier, longer or shorter', () => {
    const { sanctions, does } = world();
    does({ kind: 'mute', user: 'u1', untilMs: T + 100 });
    does({ kind: 'mute', user: 'u1', untilMs: T + 50 });
    expect(sanctions.verdictFor('u1', T + 60)).toEqual({ kind: 'free' });
  });
});

describe('apply()', () => {
  test('what was done to events already is only remembered', () => {
    const { sanctions, does } = world();
    const before = sanctions.snapshot();
    expect(does({ kind: 'delete', refs: ['c1'] })).toEqual({ result: 'applied', effects: [] });
    expect(does({ kind: 'settings', changed: ['muted'] })).toEqual({ result: 'applied', effects: [] });
    expect(sanctions.audit.map(({ target }) => target)).toEqual(['c1', 'muted']);
    expect(sanctions.snapshot()).toMatchObject({ sanctions: before.sanctions, held: before.held });
  });

  test('a held comment is released by who approves it, once', () => {
    const { sanctions, does } = world();
    does({ kind: 'hold', id: 'h1', comment: commentBy('u1') });
    const held = { id: 'h1', at: T, comment: commentBy('u1') };
    expect(sanctions.held).toEqual([held]);
    expect(does({ kind: 'approve', id: 'h1' })).toEqual({ result: 'applied', effects: [{ kind: 'release', held }] });
    expect(does({ kind: 'deny', id: 'h1' })).toEqual({ result: 'unchanged', effects: [] });
    expect(sanctions.held).toEqual([]);
  });

  test('a ban, and a deletion of everything, deny what is held of the user', () => {
    const { sanctions, does } = world();
    does({ kind: 'hold', id: 'h1', comment: commentBy('u1') });
    does({ kind: 'hold', id: 'h2', comment: commentBy('u2') });
    does({ kind: 'hold', id: 'h3', comment: commentBy('u1') });
    expect(does({ kind: 'ban', user: 'u1' }).effects).toMatchObject([{ kind: 'deny', held: [{ id: 'h1' }, { id: 'h3' }] }]);
    expect(does({ kind: 'deleteAll', user: 'u2' }).effects).toMatchObject([{ kind: 'deny', held: [{ id: 'h2' }] }]);
    expect(sanctions.held).toEqual([]);
  });

  test('past 200 held comments the oldest is denied, and it is told', () => {
    const { sanctions, does } = world();
    for (let n = 1; n <= 200; n++) does({ kind: 'hold', id: `h${n}`, comment: commentBy('u1') });
    expect(does({ kind: 'hold', id: 'h201', comment: commentBy('u1') })).toMatchObject({
      hasOverflowed: true,
      effects: [{ kind: 'deny', held: [{ id: 'h1' }] }],
    });
    expect(sanctions.held).toHaveLength(200);
  });

  test('a token is revoked for good, and that is told once', () => {
    const { sanctions, does } = world();
    expect(does({ kind: 'revokeToken', tokenId: 't1' }).effects).toEqual([{ kind: 'revokeToken', tokenId: 't1' }]);
    expect(does({ kind: 'revokeToken', tokenId: 't1' })).toEqual({ result: 'unchanged', effects: [] });
    expect([sanctions.isRevoked('t1'), sanctions.isRevoked('t2')]).toEqual([true, false]);
  });

  test('no user’s sanction is a token’s, or the other way round', () => {
    const { sanctions, does } = world();
    does({ kind: 'revokeToken', tokenId: 'u1' });
    does({ kind: 'ban', user: 'revokedToken u2' });
    expect(sanctions.verdictFor('u1', T)).toEqual({ kind: 'free' });
    expect(sanctions.isRevoked('u2')).toBe(false);
  });

  test('into 5,000 sanctions the next one comes in place of an expired one, the first to have ended', () => {
    const { sanctions, does } = world();
    for (let n = 0; n < 4998; n++) does({ kind: 'ban', user: `b${n}` });
    does({ kind: 'mute', user: 'm2', untilMs: T + 20 });
    does({ kind: 'mute', user: 'm1', untilMs: T + 10 });
    expect(does({ kind: 'ban', user: 'next' }, T + 30)).toEqual({ result: 'applied', effects: [] });
    expect(sanctions.snapshot().sanctions).toHaveLength(5000);
    expect(sanctions.verdictFor('m1', T)).toEqual({ kind: 'free' });
    expect(sanctions.verdictFor('m2', T).kind).toBe('muted');
  });

  test('a full book gives up the mute that ends first, and says so', () => {
    const { sanctions, does } = world({ maxSanctions: 3 });
    does({ kind: 'revokeToken', tokenId: 't1' });
    does({ kind: 'mute', user: 'm1', untilMs: T + 20 });
    does({ kind: 'mute', user: 'm2', untilMs: T + 10 });
    expect(does({ kind: 'ban', user: 'b1' })).toEqual({ result: 'applied', effects: [], hasEvicted: true });
    expect(sanctions.inForce(T).map(({ whom }) => whom)).toEqual(['t1', 'm1', 'b1']);
  });

  test('a book full of bans and revoked tokens takes no more, until one is lifted, and forgets nobody', () => {
    const { sanctions, does } = world({ maxSanctions: 2 });
    does({ kind: 'revokeToken', tokenId: 't1' });
    does({ kind: 'ban', user: 'b1' });
    expect(does({ kind: 'ban', user: 'b2' })).toEqual({ result: 'full', effects: [] });
    expect(does({ kind: 'ban', user: 'b1' }).result).toBe('unchanged');
    expect(sanctions.audit.map(({ kind }) => kind)).toEqual(['revokeToken', 'ban']);
    does({ kind: 'unban', user: 'b1' });
    expect(does({ kind: 'ban', user: 'b2' }).result).toBe('applied');
  });
});

describe('audit', () => {
  test('says who did what to whom, when and why', () => {
    const { sanctions } = world();
    sanctions.apply({ kind: 'mute', user: 'u1', untilMs: T + 5, by: 'mod', reason: 'spam' }, T);
    sanctions.apply({ kind: 'hold', id: 'h1', comment: commentBy('u2'), by: 'filter' }, T + 1);
    sanctions.apply({ kind: 'deny', id: 'h1', by: 'streamer' }, T + 2);
    sanctions.apply({ kind: 'delete', refs: ['c1', 'c2'], by: 'mod' }, T + 3);
    sanctions.apply({ kind: 'unban', user: 'u3', by: 'mod' }, T + 4);
    expect(sanctions.audit).toEqual([
      { at: T, by: 'mod', kind: 'mute', target: 'u1', untilMs: T + 5, reason: 'spam' },
      { at: T + 2, by: 'streamer', kind: 'deny', target: 'u2' },
      { at: T + 3, by: 'mod', kind: 'delete', target: 'c1 c2' },
    ]);
  });

  test('keeps the newest 200', () => {
    const { sanctions, does } = world();
    for (let n = 0; n < 250; n++) does({ kind: 'ban', user: `u${n}` });
    expect(sanctions.audit).toHaveLength(200);
    expect(sanctions.audit[0]).toMatchObject({ target: 'u50' });
  });

  test('never runs back in time, though clocks differ', () => {
    const { sanctions, does } = world();
    does({ kind: 'ban', user: 'u1' }, T);
    does({ kind: 'ban', user: 'u2' }, T - 100);
    expect(sanctions.audit.map(({ at }) => at)).toEqual([T, T]);
  });
});

describe('fromSnapshot()', () => {
  test('goes on where the snapshot was taken', () => {
    const { sanctions, does } = world();
    does({ kind: 'ban', user: 'u1' });
    does({ kind: 'mute', user: 'u2', untilMs: T + 5 });
    does({ kind: 'hold', id: 'h1', comment: commentBy('u3') });
    const written = JSON.stringify(sanctions.snapshot());
    const restored = Sanctions.fromSnapshot(JSON.parse(written) as SanctionsSnapshot);
    expect(JSON.stringify(restored.snapshot())).toBe(written);
    expect(restored.verdictFor('u1', T)).toEqual({ kind: 'banned' });
    expect(restored.verdictFor('u2', T)).toEqual({ kind: 'muted', retryAfterMs: 5 });
  });

  test('takes of too large a snapshot the newest', () => {
    const { sanctions, does } = world();
    for (let n = 0; n < 10; n++) {
      does({ kind: 'ban', user: `u${n}` });
      does({ kind: 'hold', id: `h${n}`, comment: commentBy('x') });
    }
    const {
      sanctions: laid,
      held,
      audit,
    } = Sanctions.fromSnapshot(sanctions.snapshot(), { maxSanctions: 2, maxHeld: 3, maxAudit: 4 }).snapshot();
    expect(laid.map(({ whom }) => whom)).toEqual(['u8', 'u9']);
    expect(held.map(({ id }) => id)).toEqual(['h7', 'h8', 'h9']);
    expect(audit.map(({ target }) => target)).toEqual(['u6', 'u7', 'u8', 'u9']);
  });
});
