import { describe, expect, test, vi } from 'vitest';
import { ClientError } from '../../../src/client/client-error.ts';
import { refusalText } from '../../../src/web/refusal-text.ts';
import { Desk, MODERATOR_WORDS } from '../../../src/web/studio/desk.ts';
import { doneText, MUTE_SECONDS, spanText, userAction } from '../../../src/web/studio/moderation-action.ts';
import { standingText } from '../../../src/web/studio/standing-text.ts';

test('spans are told in the largest unit', () => {
  expect([1, 59, ...MUTE_SECONDS].map(spanText)).toEqual([
    '1 second',
    '59 seconds',
    '1 minute',
    '10 minutes',
    '1 hour',
    '1 day',
    '7 days',
    '30 days',
  ]);
});

test('userAction() says what the server takes', () => {
  expect(userAction('mute', { user: 'u1', seconds: 60 })).toEqual({ mute: { user: 'u1', seconds: 60 } });
  expect(userAction('shadowUnban', { user: 'u1', seconds: 60 })).toEqual({ shadowUnban: { user: 'u1' } });
});

test('every action is told as done', () => {
  const user = { user: 'u1' };
  const actions = [
    { delete: { refs: ['c1'] } },
    { deleteAll: user },
    { mute: { user: 'u1', seconds: 600 } },
    { unmute: user },
    { ban: user },
  ];
  const more = [{ unban: user }, { shadowBan: user }, { shadowUnban: user }, { approve: { id: 'h' } }, { deny: { id: 'h' } }];
  const texts = [...actions, ...more, { revokeToken: { tokenId: 'Ann' } }].map((action) => doneText(action, 'Ann'));
  expect(new Set(texts).size).toBe(11);
  for (const text of texts) expect(text).toMatch(/Ann.*\.$/);
  expect(texts[2]).toBe('Muted Ann for 10 minutes.');
});

describe('Desk', () => {
  const start = (act: () => Promise<{ isUnchanged: boolean; refs: string[] }>) => {
    const told: [string, string][] = [];
    const onDone = vi.fn();
    const calls = vi.fn(act);
    const desk = new Desk({
      api: { act: calls },
      reason: () => 'spam',
      outcome: { tell: (text, tone) => told.push([text, tone]) },
      onDone,
    });
    return { desk, told, onDone, calls };
  };

  test('does, with the reason, and tells', async () => {
    const { desk, told, onDone, calls } = start(async () => ({ isUnchanged: false, refs: [] }));
    await desk.do({ ban: { user: 'u1' } }, 'Ann');
    expect(calls.mock.calls).toEqual([[{ ban: { user: 'u1' } }, 'spam']]);
    expect([told, onDone.mock.calls.length]).toEqual([[['Banned Ann.', 'good']], 1]);
  });

  test('tells that nothing changed, and why something was refused', async () => {
    const unchanged = start(async () => ({ isUnchanged: true, refs: [] }));
    await unchanged.desk.do({ ban: { user: 'u1' } }, 'Ann');
    expect(unchanged.told).toEqual([['It was so already: nothing changed.', 'good']]);
    const refused = start(() => Promise.reject(new ClientError({ code: 'forbidden', message: '', temporary: false })));
    expect(await refused.desk.do({ ban: { user: 'u1' } }, 'Ann')).toBe(undefined);
    expect(refused.told).toEqual([['Not done: your token gives you no right to moderate this room.', 'bad']]);
    expect(refused.onDone).not.toHaveBeenCalled();
  });
});

test('a refusal without words of its own is told in the server’s: it names the field', () => {
  const error = new ClientError({ code: 'text_too_long', message: 'settings.title is longer than 64 code points', temporary: false });
  expect(refusalText(error, { deed: 'applied', words: MODERATOR_WORDS })).toBe(
    'Not applied: settings.title is longer than 64 code points.',
  );
  expect(refusalText(error)).toBe('Not sent: it is too long.');
});

describe('standingText()', () => {
  const error = (code: string, message = code) => new ClientError({ code, message, temporary: false });

  test('is silent while all is well', () => {
    expect(standingText({ kind: 'current' }, 'r1')).toBe('');
  });

  test.each([
    ['unauthorized', /needs the token .* --room r1$/],
    ['forbidden', /no right to moderate the room/],
    ['token_expired', /has expired/],
    ['not_found', /cannot moderate/],
    ['invalid_room', /cannot be read: invalid_room/],
  ])('%s is said in words for the bearer', (code, words) => {
    expect(standingText({ kind: 'refused', error: error(code) }, 'r1')).toMatch(words);
  });

  test('a server that is away leaves what is shown, and says that it may be old', () => {
    expect(standingText({ kind: 'away', error: error('offline', 'the server cannot be reached') }, 'r1')).toMatch(
      /cannot be reached.*may be old/,
    );
  });
});
