import { describe, expect, test } from 'vitest';
import { type Identity, Role } from '../../src/auth/identity.ts';
import { maySay, passesModes } from '../../src/moderation/room-modes.ts';
import type { Settings } from '../../src/protocol/event.ts';

const T = 1_795_300_000_000;

function viewer(more: Partial<Identity> = {}, badges?: string[]): Identity {
  return {
    role: Role.viewer,
    user: { id: 'u1', name: 'Ann', ...(badges && { badges }) },
    level: 0,
    isFollower: false,
    rooms: 'all',
    ...more,
  };
}

function verdictOf(settings: Settings, identity = viewer(), { text = 'hi', lastCommentAt = undefined as number | undefined } = {}) {
  const answer = maySay(settings, { identity, text, lastCommentAt, now: T });
  return answer.ok ? 'said' : answer.refusal.code;
}

const ALL: Settings = { muted: true, followersOnly: true, minLevel: 9, badges: ['vip'], emoteOnly: true, slowModeSeconds: 30 };

describe('maySay()', () => {
  test.each<[string, Settings, Identity, string]>([
    ['no mode: anyone', {}, viewer({ role: Role.guest }), 'said'],
    ['a title and a density are no modes', { title: 'Friday', chatPerSecond: 1 }, viewer(), 'said'],
    ['a muted room', { muted: true }, viewer({ isFollower: true, level: 100 }, ['vip']), 'room_muted'],
    ['followers only: a stranger', { followersOnly: true }, viewer(), 'followers_only'],
    ['followers only: a follower', { followersOnly: true }, viewer({ isFollower: true }), 'said'],
    ['a level: one below', { minLevel: 5 }, viewer({ level: 4 }), 'level_too_low'],
    ['a level: just it', { minLevel: 5 }, viewer({ level: 5 }), 'said'],
    ['badges: none', { badges: ['vip', 'fan'] }, viewer(), 'badge_needed'],
    ['badges: another', { badges: ['vip', 'fan'] }, viewer({}, ['vips']), 'badge_needed'],
    ['badges: any of them', { badges: ['vip', 'fan'] }, viewer({}, ['old', 'fan']), 'said'],
    ['badges: an empty list asks for none', { badges: [] }, viewer(), 'said'],
    ['emotes only: words', { emoteOnly: true }, viewer(), 'emotes_only'],
    ['blocked words are the filter’s', { blockedWords: ['hi'] }, viewer(), 'said'],
    ['a badge named for a role is no role', { muted: true }, viewer({}, ['moderator', 'streamer']), 'room_muted'],
  ])('%s', (_, settings, identity, verdict) => {
    expect(verdictOf(settings, identity)).toBe(verdict);
  });

  test('emotes are taken where only they are', () => {
    expect(verdictOf({ emoteOnly: true }, viewer(), { text: '😀 🎉' })).toBe('said');
  });

  test.each(Object.values(Role))('under every mode: %s', (role) => {
    const passes = role === 'moderator' || role === 'streamer';
    expect(passesModes(viewer({ role }))).toBe(passes);
    expect(verdictOf(ALL, viewer({ role }), { lastCommentAt: T })).toBe(passes ? 'said' : 'room_muted');
  });

  test('what waiting does not help against is told first', () => {
    const { muted: _muted, ...open } = ALL;
    const { followersOnly: _followers, ...forAll } = open;
    const { minLevel: _level, ...forNew } = forAll;
    const { badges: _badges, ...forPlain } = forNew;
    const { emoteOnly: _emote, ...slow } = forPlain;
    const verdicts = [ALL, open, forAll, forNew, forPlain, slow].map((settings) => verdictOf(settings, viewer(), { lastCommentAt: T }));
    expect(verdicts).toEqual(['room_muted', 'followers_only', 'level_too_low', 'badge_needed', 'emotes_only', 'slow_down']);
  });

  test.each([
    ['never said anything', undefined, undefined],
    ['said something just now', T, 30_000],
    ['waits still', T - 29_999, 1],
    ['has waited', T - 30_000, undefined],
    ['part of a millisecond is one', T - 29_999.5, 1],
    ['the clock was set back', T + 1_000_000, 30_000],
  ])('slow mode, who %s', (_, lastCommentAt, retryAfterMs) => {
    const answer = maySay({ slowModeSeconds: 30 }, { identity: viewer(), text: 'hi', lastCommentAt, now: T });
    if (retryAfterMs === undefined) expect(answer.ok).toBe(true);
    else
      expect(answer).toEqual({
        ok: false,
        refusal: { code: 'slow_down', message: 'slow mode: a comment every 30 s', temporary: true, retryAfterMs },
      });
  });

  test('without slow mode nobody waits, whatever the clock does', () => {
    expect(verdictOf({}, viewer(), { lastCommentAt: T + 5 })).toBe('said');
  });
});
