import { describe, expect, test } from 'vitest';
import { readModeration, sanctionsByUser } from '../../../src/web/studio/moderation-state.ts';

const held = {
  id: 'h1',
  at: 5,
  comment: { user: { id: 'u1', name: 'Ann', badges: ['vip'] }, text: 'hi', mode: 'top', color: 1, size: 30, repeat: 1 },
};

describe('readModeration()', () => {
  test('reads what the server tells', () => {
    const body = {
      room: 'r1',
      version: 12,
      at: 1,
      sanctions: [
        { kind: 'mute', user: 'u1', name: 'Ann', untilMs: 9 },
        { kind: 'ban', user: 'u2' },
        { kind: 'revokedToken', tokenId: 'overlay-1', untilMs: 7 },
      ],
      held: [held],
      audit: [{ at: 3, by: 'u9', kind: 'mute', target: 'u1', untilMs: 9, reason: 'spam' }],
    };
    const { sanctions, audit } = body;
    expect(readModeration(body)).toEqual({ sanctions, held: [held], audit });
  });

  test.each([undefined, null, 'text', [], {}, { sanctions: 5, held: {}, audit: null }])('%j is a room where nothing was done', (body) => {
    expect(readModeration(body)).toEqual({ sanctions: [], held: [], audit: [] });
  });

  test('passes over what it cannot read, and stands in for what is missing', () => {
    const body = {
      sanctions: [
        { kind: 'curse', user: 'u1' },
        { kind: 'ban' },
        { kind: 'revokedToken', user: 'u1' },
        5,
        { kind: 'shadowBan', user: 'u3', name: 5 },
      ],
      held: [{ id: 'h1' }, { id: 'h2', comment: { user: { id: 'u1' }, text: 'hi', mode: 'sideways' } }],
      audit: [
        { by: 'u9', kind: 'mute' },
        { at: 3, by: 'u9', kind: 'settings' },
      ],
    };
    expect(readModeration(body)).toEqual({
      sanctions: [{ kind: 'shadowBan', user: 'u3' }],
      held: [
        { id: 'h2', at: 0, comment: { user: { id: 'u1', name: 'u1' }, text: 'hi', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } },
      ],
      audit: [{ at: 3, by: 'u9', kind: 'settings' }],
    });
  });

  test('keeps the newest three hundred sanctions, and the oldest three hundred that are held', () => {
    const sanctions = Array.from({ length: 1000 }, (_, index) => ({ kind: 'ban', user: `u${index}` }));
    const many = Array.from({ length: 1000 }, (_, index) => ({ ...held, id: `h${index}` }));
    const state = readModeration({ sanctions, held: many });
    expect([state.sanctions.length, state.sanctions[0], state.held.length, state.held[0]?.id]).toEqual([
      300,
      { kind: 'ban', user: 'u700' },
      300,
      'h0',
    ]);
  });
});

test('sanctionsByUser() gathers what each viewer is under; a token is nobody', () => {
  const { sanctions } = readModeration({
    sanctions: [
      { kind: 'mute', user: 'u1' },
      { kind: 'shadowBan', user: 'u1' },
      { kind: 'ban', user: 'u2' },
      { kind: 'revokedToken', tokenId: 'u3' },
    ],
  });
  const byUser = sanctionsByUser({ sanctions, held: [], audit: [] });
  expect([...byUser].map(([user, kinds]) => [user, [...kinds]])).toEqual([
    ['u1', ['mute', 'shadowBan']],
    ['u2', ['ban']],
  ]);
});
