import { describe, expect, test } from 'vitest';
import { parseClientFrame, parseCommentDraft } from '../../src/protocol/client-frame-schema.ts';

const ASTRAL = '😀';

test.each([
  ['one character', 'a'],
  ['200 code points', 'a'.repeat(200)],
  ['200 astral characters, each one code point though two code units', ASTRAL.repeat(200)],
  ['inner and outer blanks, kept to the byte', '  a  b  '],
  ['a zero-width joiner within an emoji', '👩‍🚀'],
  ['right-to-left text with its marks', '\u200fשלום'],
  ['a private-use character', '\ue000'],
  ['a no-break space beside a letter', 'a\u00a0'],
])('a comment text may be %s', (_, text) => {
  expect(parseCommentDraft({ text })).toEqual({ ok: true, value: { text } });
});

test.each([
  ['empty', '', 'empty_text', 'comment.text is empty'],
  ['blanks', '   \u3000\u00a0', 'empty_text', 'comment.text is empty'],
  ['a zero-width space', '\u200b', 'empty_text', 'comment.text is empty'],
  ['a word joiner, a soft hyphen and a byte order mark', '\u2060\u00ad\ufeff', 'empty_text', 'comment.text is empty'],
  ['a lone variation selector', '\ufe0f', 'empty_text', 'comment.text is empty'],
  ['a combining grapheme joiner', '\u034f', 'empty_text', 'comment.text is empty'],
  ['a Hangul filler', '\u3164', 'empty_text', 'comment.text is empty'],
  ['a blank Braille cell', '\u2800', 'empty_text', 'comment.text is empty'],
  ['201 code points', 'a'.repeat(201), 'text_too_long', 'comment.text is longer than 200 code points'],
  ['201 astral characters', ASTRAL.repeat(201), 'text_too_long', 'comment.text is longer than 200 code points'],
  ['two lines', 'a\nb', 'invalid_text', 'comment.text holds a control character'],
  ['a NUL', 'a\0', 'invalid_text', 'comment.text holds a control character'],
  ['a terminal escape', '\u001b[31m', 'invalid_text', 'comment.text holds a control character'],
  ['a C1 control', 'a\u0085', 'invalid_text', 'comment.text holds a control character'],
  ['a line separator', 'a\u2028b', 'invalid_text', 'comment.text holds a control character'],
  ['a paragraph separator', 'a\u2029b', 'invalid_text', 'comment.text holds a control character'],
  ['half a character', 'a\ud83d', 'invalid_text', 'comment.text holds a lone surrogate'],
  ['halves in the wrong order', '\ude00\ud83d', 'invalid_text', 'comment.text holds a lone surrogate'],
])('a comment text of %s is refused', (_, text, code, message) => {
  expect(parseCommentDraft({ text })).toEqual({ ok: false, refusal: { code, message, temporary: false } });
});

test.each([
  ['color', -1, 'invalid_field', 'comment.color must be at least 0'],
  ['color', 16_777_216, 'invalid_field', 'comment.color must be at most 16777215'],
  ['color', 1.5, 'invalid_field', 'comment.color must be an integer'],
  ['color', 'red', 'invalid_field', 'comment.color must be a number'],
  ['color', null, 'invalid_field', 'comment.color must be a number'],
  ['color', 1e300, 'invalid_field', /^comment\.color must be at most/],
  ['size', 11, 'invalid_field', 'comment.size must be at least 12'],
  ['size', 65, 'invalid_field', 'comment.size must be at most 64'],
  ['size', '25', 'invalid_field', 'comment.size must be a number'],
  ['mode', 'up', 'invalid_field', 'comment.mode must be one of scroll, top, bottom'],
  ['mode', 1, 'invalid_field', 'comment.mode must be one of scroll, top, bottom'],
  ['mode', 'Scroll', 'invalid_field', 'comment.mode must be one of scroll, top, bottom'],
  ['user', 'Ann', 'invalid_field', 'comment.user must be an object'],
  ['user', {}, 'missing_field', 'comment.user.id is missing'],
  ['user', { id: '' }, 'empty_text', 'comment.user.id is empty'],
  ['user', { id: 'a'.repeat(65) }, 'text_too_long', 'comment.user.id is longer than 64 code points'],
  ['user', { id: 'a', name: '\n' }, 'invalid_text', 'comment.user.name holds a control character'],
  ['user', { id: 'a', name: null }, 'invalid_field', 'comment.user.name must be a string'],
  ['user', { id: 'a', isAdmin: true }, 'unknown_field', 'comment.user.isAdmin is not a known field'],
  // A viewer's badges are the platform's to give.
  ['user', { id: 'a', badges: ['moderator'] }, 'unknown_field', 'comment.user.badges is not a known field'],
  ['user', { id: 'a', badges: [] }, 'unknown_field', 'comment.user.badges is not a known field'],
  ['repeat', 2, 'unknown_field', 'comment.repeat is not a known field'],
  ['text', undefined, 'missing_field', 'comment.text is missing'],
  ['text', 666, 'invalid_field', 'comment.text must be a string'],
])('a draft with %s: %j is refused', (name, value, code, message) => {
  const parsed = parseCommentDraft({ text: 'a', [name]: value });
  expect(parsed).toMatchObject({ ok: false, refusal: { code, temporary: false } });
  expect(parsed.ok ? '' : parsed.refusal.message).toMatch(message);
});

test.each([null, [], 'a', 7])('a draft that is %j is refused', (draft) => {
  expect(parseCommentDraft(draft)).toMatchObject({ refusal: { code: 'invalid_field', message: 'comment must be an object' } });
});

test.each([
  ['color', 0],
  ['color', 16_777_215],
  ['size', 12],
  ['size', 64],
  ['mode', 'bottom'],
])('a draft with %s: %j is taken as it is', (name, value) => {
  expect(parseCommentDraft({ text: 'a', [name]: value })).toEqual({ ok: true, value: { text: 'a', [name]: value } });
});

test('a user who gives no name is called by the id', () => {
  expect(parseCommentDraft({ text: 'a', user: { id: 'u1' } })).toMatchObject({ value: { user: { id: 'u1', name: 'u1' } } });
});

describe('parseClientFrame()', () => {
  test.each([
    [{ id: 1, join: { room: 'lobby', cursor: 'k3.0.0' } }],
    [{ id: 0, join: { room: 'a' } }],
    [{ comment: { text: '666' } }],
    [{ like: { count: 1000 } }],
    [{ id: Number.MAX_SAFE_INTEGER, ping: {} }],
  ])('takes %j', (frame) => {
    expect(parseClientFrame(frame)).toMatchObject({ ok: true, value: frame });
  });

  test.each([
    ['no command', { id: 1 }, 'invalid_frame', /exactly one command/],
    ['two commands', { comment: { text: 'a' }, ping: {} }, 'invalid_frame', /exactly one command/],
    ['an unknown command', { shout: {} }, 'unknown_field', /^frame\.shout /],
    ['an unknown field beside a command', { ping: {}, extra: 1 }, 'unknown_field', /^frame\.extra /],
    ['a room with a blank', { join: { room: 'a b' } }, 'invalid_room', /^join\.room is not 1 to 64/],
    ['a room of 65 characters', { join: { room: 'a'.repeat(65) } }, 'invalid_room', /^join\.room/],
    ['no room', { join: {} }, 'missing_field', /^join\.room is missing/],
    ['a room that is a number', { join: { room: 5 } }, 'invalid_field', /^join\.room must be a string/],
    ['a cursor that is a number', { join: { room: 'a', cursor: 5 } }, 'invalid_field', /^join\.cursor must be a string/],
    ['a join that is null', { join: null }, 'invalid_field', /^join must be an object/],
    ['no likes', { like: { count: 0 } }, 'invalid_field', /^like\.count must be at least 1/],
    ['too many likes', { like: { count: 1001 } }, 'invalid_field', /^like\.count must be at most 1000/],
    ['likes without count', { like: {} }, 'missing_field', /^like\.count is missing/],
    ['a ping that says something', { ping: { now: 1 } }, 'unknown_field', /^ping\.now /],
    ['an empty comment', { comment: { text: '' } }, 'empty_text', /^comment\.text is empty/],
  ])('refuses %s, and keeps the id for the answer', (_, frame, code, message) => {
    const parsed = parseClientFrame({ id: 7, ...frame });
    expect(parsed).toMatchObject({ ok: false, id: 'id' in frame ? frame.id : 7, refusal: { code, temporary: false } });
    expect(parsed.ok ? '' : parsed.refusal.message).toMatch(message);
  });

  test.each([-1, 1.5, 2 ** 53, '1', null, Number.NaN])('refuses the id %s, and answers none', (id) => {
    const parsed = parseClientFrame({ id, ping: {} });
    expect(parsed).toMatchObject({ ok: false, refusal: { code: 'invalid_field', message: expect.stringContaining('frame.id') } });
    expect(parsed).not.toHaveProperty('id');
  });

  test('names an unknown command in well-formed text of bounded length', () => {
    const parsed = parseClientFrame({ [`\n\ud800${'x'.repeat(5000)}`]: 1 });
    const message = parsed.ok ? '' : parsed.refusal.message;
    expect(message).toMatch(/^frame\.\?/);
    expect(message.length).toBeLessThan(150);
    expect(message.isWellFormed()).toBe(true);
  });

  test('names an unknown field in well-formed text of bounded length', () => {
    const parsed = parseClientFrame({ comment: { text: 'a', [`\t${'😀'.repeat(2000)}`]: 1 } });
    const message = parsed.ok ? '' : parsed.refusal.message;
    expect(message).toMatch(/^comment\.\?/);
    expect(message.length).toBeLessThan(150);
    expect(message.isWellFormed()).toBe(true);
  });
});
