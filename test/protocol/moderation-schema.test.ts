import { expect, test } from 'vitest';
import { patchSettings } from '../../src/protocol/event-schema.ts';
import { parseModeration } from '../../src/protocol/moderation-schema.ts';

const GOOD: [unknown, object][] = [
  [{ delete: { refs: ['c1', 'p2'] } }, { kind: 'delete', refs: ['c1', 'p2'] }],
  [{ delete: { refs: ['c1'], epoch: 'e1' } }, { kind: 'delete', refs: ['c1'], epoch: 'e1' }],
  [
    { deleteAll: { user: 'u1' }, reason: 'spam' },
    { kind: 'deleteAll', user: 'u1', reason: 'spam' },
  ],
  [{ mute: { user: 'u1', seconds: 2_592_000 } }, { kind: 'mute', user: 'u1', seconds: 2_592_000 }],
  [{ approve: { id: 'h1' } }, { kind: 'approve', id: 'h1' }],
  [{ revokeToken: { tokenId: 'overlay-1' } }, { kind: 'revokeToken', tokenId: 'overlay-1' }],
];

test.each(GOOD)('%j is a command', (body, command) => {
  expect(parseModeration(body)).toEqual({ ok: true, value: command });
});

const BAD: [unknown, string][] = [
  [null, 'invalid_field'],
  [[], 'invalid_field'],
  [{}, 'invalid_field'],
  [{ reason: 'spam' }, 'invalid_field'],
  [{ ban: { user: 'u1' }, unban: { user: 'u1' } }, 'invalid_field'],
  [{ banish: { user: 'u1' } }, 'unknown_field'],
  [{ ban: { user: 'u1', seconds: 5 } }, 'unknown_field'],
  [{ ban: {} }, 'missing_field'],
  [{ ban: 'u1' }, 'invalid_field'],
  [{ ban: { user: '' } }, 'empty_text'],
  [{ ban: { user: 'u1' }, reason: '' }, 'empty_text'],
  [{ ban: { user: 'u1' }, reason: 7 }, 'invalid_field'],
  [{ mute: { user: 'u1' } }, 'missing_field'],
  [{ mute: { user: 'u1', seconds: 0 } }, 'invalid_field'],
  [{ mute: { user: 'u1', seconds: 2_592_001 } }, 'invalid_field'],
  [{ delete: { refs: [] } }, 'invalid_field'],
  [{ delete: { refs: Array.from({ length: 101 }, () => 'c1') } }, 'invalid_field'],
  [{ delete: { refs: ['x1'] } }, 'invalid_field'],
  [{ approve: { id: '' } }, 'invalid_field'],
  [JSON.parse('{"__proto__":{"user":"u1"}}'), 'unknown_field'],
];

test.each(BAD)('%j is refused as %s', (body, code) => {
  expect(parseModeration(body)).toMatchObject({ ok: false, refusal: { code } });
});

test('a patch sets what it names, unsets by null, and leaves the rest', () => {
  const settings = { title: 'T', slowModeSeconds: 5, emoteOnly: true } as const;
  expect(patchSettings(settings, { slowModeSeconds: 10, title: null })).toEqual({
    ok: true,
    value: { slowModeSeconds: 10, emoteOnly: true },
  });
  expect(patchSettings(settings, { emoteOnly: false })).toEqual({ ok: true, value: { title: 'T', slowModeSeconds: 5 } });
  expect(patchSettings(settings, {})).toEqual({ ok: true, value: settings });
});

test.each([
  [null, 'invalid_field'],
  [[], 'invalid_field'],
  ['muted', 'invalid_field'],
  [{ volume: 3 }, 'unknown_field'],
  [{ volume: null }, 'unknown_field'],
  [{ slowModeSeconds: -1 }, 'invalid_field'],
  [{ title: {} }, 'invalid_field'],
  [JSON.parse('{"__proto__":{"muted":true}}'), 'unknown_field'],
])('the patch %j is refused as %s', (patch, code) => {
  expect(patchSettings({}, patch)).toMatchObject({ ok: false, refusal: { code } });
});
