import { describe, expect, test } from 'vitest';
import { commentOf, parseEvents } from '../../src/protocol/event-schema.ts';
import { ANN } from '../support/events.ts';

const notice = { notice: { text: 'a' } };

describe('parseEvents() takes', () => {
  test.each([
    ['a comment, and completes its look', { comment: { user: ANN, text: '666' } }, { comment: commentOf({ text: '666' }, ANN) }],
    [
      'a gift, and completes name and count',
      { gift: { user: ANN, giftId: 'rocket', value: 0 } },
      { gift: { user: ANN, giftId: 'rocket', name: 'rocket', count: 1, value: 0 } },
    ],
    [
      'a gift that says all',
      { gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 1_000_000, combo: 2, value: Number.MAX_SAFE_INTEGER } },
      { gift: { user: ANN, giftId: 'r', name: 'Rocket', count: 1_000_000, combo: 2, value: Number.MAX_SAFE_INTEGER } },
    ],
    [
      'a superchat',
      { superchat: { user: { id: 'u1' }, text: 'hi', value: 5, pinMs: 86_400_000 } },
      { superchat: { user: { id: 'u1', name: 'u1' }, text: 'hi', value: 5, pinMs: 86_400_000 } },
    ],
    ['a notice of 500 code points', { notice: { text: '😀'.repeat(500) } }, { notice: { text: '😀'.repeat(500) } }],
    ['a retract', { retract: { refs: ['p1', 'c999999999999999'] } }, { retract: { refs: ['p1', 'c999999999999999'] } }],
    ['a state without a title', { state: {} }, { state: {} }],
    ['a state', { state: { title: 'Friday' } }, { state: { title: 'Friday' } }],
    ['a state with a density', { state: { chatPerSecond: 1 } }, { state: { chatPerSecond: 1 } }],
    [
      'a state with title and the greatest density',
      { state: { chatPerSecond: 1000, title: 'Friday' } },
      { state: { title: 'Friday', chatPerSecond: 1000 } },
    ],
    [
      'a state with every mode',
      {
        state: {
          slowModeSeconds: 21_600,
          minLevel: 10_000,
          badges: Array(8).fill('vip'),
          followersOnly: true,
          emoteOnly: true,
          muted: true,
          blockedWords: Array(100).fill('😀'.repeat(64)),
        },
      },
      {
        state: {
          slowModeSeconds: 21_600,
          minLevel: 10_000,
          badges: Array(8).fill('vip'),
          followersOnly: true,
          emoteOnly: true,
          muted: true,
          blockedWords: Array(100).fill('😀'.repeat(64)),
        },
      },
    ],
    [
      'modes that are off as none',
      {
        state: { slowModeSeconds: 0, minLevel: 0, badges: [], followersOnly: false, emoteOnly: false, muted: false, blockedWords: [] },
      },
      { state: {} },
    ],
    [
      'badges of a comment’s user, eight of 32 code points',
      { comment: { user: { ...ANN, badges: Array(8).fill('😀'.repeat(32)) }, text: '666' } },
      { comment: commentOf({ text: '666' }, { ...ANN, badges: Array(8).fill('😀'.repeat(32)) }) },
    ],
    [
      'badges of a gift’s user',
      { gift: { user: { id: 'u1', badges: ['moderator'] }, giftId: 'r', value: 1 } },
      { gift: { user: { id: 'u1', name: 'u1', badges: ['moderator'] }, giftId: 'r', name: 'r', count: 1, value: 1 } },
    ],
    [
      'badges of a superchat’s user',
      { superchat: { user: { ...ANN, badges: ['vip', 'fan-12'] }, text: 'hi', value: 5, pinMs: 0 } },
      { superchat: { user: { ...ANN, badges: ['vip', 'fan-12'] }, text: 'hi', value: 5, pinMs: 0 } },
    ],
    [
      'an empty list of badges as none',
      { comment: { user: { ...ANN, badges: [] }, text: '666' } },
      { comment: commentOf({ text: '666' }, ANN) },
    ],
    ['a like', { like: { count: 1_000_000 } }, { like: { count: 1_000_000 } }],
    ['an enter', { enter: { user: { id: 'u1' } } }, { enter: { user: { id: 'u1', name: 'u1' } } }],
  ])('%s', (_, given, taken) => {
    expect(parseEvents({ events: [given] })).toStrictEqual({ ok: true, value: [taken] });
  });

  test('1 to 100 events, in their order', () => {
    const hundred = Array.from({ length: 100 }, (_, index) => ({ notice: { text: `${index}` } }));
    expect(parseEvents({ events: hundred })).toEqual({ ok: true, value: hundred });
  });
});

describe('parseEvents() refuses', () => {
  test.each([
    ['a body that is null', null, 'invalid_field', 'body must be an object'],
    ['a body that is an array', [notice], 'invalid_field', 'body must be an object'],
    ['a body without events', {}, 'missing_field', 'body.events is missing'],
    ['events that are no array', { events: notice }, 'invalid_field', 'body.events must be an array'],
    ['an unknown field of the body', { events: [notice], key: 1 }, 'unknown_field', 'body.key is not a known field'],
    ['0 events', { events: [] }, 'too_many_events', 'events holds 0 events, 1 to 100 are taken'],
    ['101 events', { events: Array(101).fill(notice) }, 'too_many_events', 'events holds 101 events, 1 to 100 are taken'],
  ])('%s', (_, body, code, message) => {
    expect(parseEvents(body)).toEqual({ ok: false, refusal: { code, message, temporary: false } });
  });

  test.each([
    ['null', null, 'invalid_field', 'events[1] must be an object'],
    ['an array', [], 'invalid_field', 'events[1] must be an object'],
    ['no type', {}, 'invalid_field', /^events\[1\] must hold exactly one of comment, gift/],
    ['two types', { ...notice, like: { count: 1 } }, 'invalid_field', /^events\[1\] must hold exactly one of comment, gift/],
    ['an unknown type', { shout: {} }, 'unknown_field', 'events[1].shout is not a known field'],
    ['an unknown type beside a known one', { ...notice, shout: {} }, 'unknown_field', 'events[1].shout is not a known field'],
    ['an inherited name as type', { constructor: {} }, 'unknown_field', 'events[1].constructor is not a known field'],
    ['an online count', { online: { count: 1 } }, 'unknown_field', 'events[1].online is not a known field'],
    ['an offset', { offset: 1, ...notice }, 'unknown_field', 'events[1].offset is not a known field'],
    ['a comment of nobody', { comment: { text: 'a' } }, 'missing_field', 'events[1].comment.user is missing'],
    ['a repeat', { comment: { user: ANN, text: 'a', repeat: 2 } }, 'unknown_field', 'events[1].comment.repeat is not a known field'],
    ['a negative value', { gift: { user: ANN, giftId: 'r', value: -1 } }, 'invalid_field', 'events[1].gift.value must be at least 0'],
    ['half a coin', { gift: { user: ANN, giftId: 'r', value: 0.5 } }, 'invalid_field', 'events[1].gift.value must be an integer'],
    ['no value', { gift: { user: ANN, giftId: 'r' } }, 'missing_field', 'events[1].gift.value is missing'],
    [
      'a gift of none',
      { gift: { user: ANN, giftId: 'r', count: 0, value: 1 } },
      'invalid_field',
      'events[1].gift.count must be at least 1',
    ],
    ['a blank gift id', { gift: { user: ANN, giftId: ' ', value: 1 } }, 'empty_text', 'events[1].gift.giftId is empty'],
    [
      'a pin of over a day',
      { superchat: { user: ANN, text: 'a', value: 1, pinMs: 86_400_001 } },
      'invalid_field',
      'events[1].superchat.pinMs must be at most 86400000',
    ],
    [
      'a notice of 501 code points',
      { notice: { text: 'a'.repeat(501) } },
      'text_too_long',
      'events[1].notice.text is longer than 500 code points',
    ],
    ['a notice of two lines', { notice: { text: 'a\nb' } }, 'invalid_text', 'events[1].notice.text holds a control character'],
    ['no refs', { retract: { refs: [] } }, 'invalid_field', 'events[1].retract.refs must hold at least 1'],
    ['101 refs', { retract: { refs: Array(101).fill('c1') } }, 'invalid_field', 'events[1].retract.refs must hold at most 100'],
    ['a ref that is no string', { retract: { refs: [1] } }, 'invalid_field', 'events[1].retract.refs[0] must be a string'],
    ['a title that is null', { state: { title: null } }, 'invalid_field', 'events[1].state.title must be a string'],
    ['an empty title', { state: { title: '' } }, 'empty_text', 'events[1].state.title is empty'],
    ['a density of none', { state: { chatPerSecond: 0 } }, 'invalid_field', 'events[1].state.chatPerSecond must be at least 1'],
    [
      'a density beyond what anybody reads',
      { state: { chatPerSecond: 1001 } },
      'invalid_field',
      'events[1].state.chatPerSecond must be at most 1000',
    ],
    ['half a comment a second', { state: { chatPerSecond: 0.5 } }, 'invalid_field', 'events[1].state.chatPerSecond must be an integer'],
    ['a density in words', { state: { chatPerSecond: '40' } }, 'invalid_field', 'events[1].state.chatPerSecond must be a number'],
    ['a density that is null', { state: { chatPerSecond: null } }, 'invalid_field', 'events[1].state.chatPerSecond must be a number'],
    [
      'a slow mode of more than six hours',
      { state: { slowModeSeconds: 21_601 } },
      'invalid_field',
      'events[1].state.slowModeSeconds must be at most 21600',
    ],
    ['a level below none', { state: { minLevel: -1 } }, 'invalid_field', 'events[1].state.minLevel must be at least 0'],
    ['a level beyond any', { state: { minLevel: 10_001 } }, 'invalid_field', 'events[1].state.minLevel must be at most 10000'],
    ['nine badges of a room', { state: { badges: Array(9).fill('vip') } }, 'invalid_field', 'events[1].state.badges must hold at most 8'],
    ['a mode in words', { state: { muted: 'yes' } }, 'invalid_field', 'events[1].state.muted must be a boolean'],
    [
      '101 blocked words',
      { state: { blockedWords: Array(101).fill('a') } },
      'invalid_field',
      'events[1].state.blockedWords must hold at most 100',
    ],
    [
      'a blocked word of 65 code points',
      { state: { blockedWords: ['a', '😀'.repeat(65)] } },
      'text_too_long',
      'events[1].state.blockedWords[1] is longer than 64 code points',
    ],
    ['a blank blocked word', { state: { blockedWords: [' '] } }, 'empty_text', 'events[1].state.blockedWords[0] is empty'],
    [
      'nine badges',
      { comment: { user: { ...ANN, badges: Array(9).fill('vip') }, text: 'a' } },
      'invalid_field',
      'events[1].comment.user.badges must hold at most 8',
    ],
    [
      'a badge of 33 code points',
      { gift: { user: { ...ANN, badges: ['vip', 'a'.repeat(33)] }, giftId: 'r', value: 1 } },
      'text_too_long',
      'events[1].gift.user.badges[1] is longer than 32 code points',
    ],
    [
      'a blank badge',
      { comment: { user: { ...ANN, badges: [' '] }, text: 'a' } },
      'empty_text',
      'events[1].comment.user.badges[0] is empty',
    ],
    [
      'a badge of two lines',
      { comment: { user: { ...ANN, badges: ['v\nip'] }, text: 'a' } },
      'invalid_text',
      'events[1].comment.user.badges[0] holds a control character',
    ],
    [
      'a badge that is no string',
      { comment: { user: { ...ANN, badges: [1] }, text: 'a' } },
      'invalid_field',
      'events[1].comment.user.badges[0] must be a string',
    ],
    [
      'badges that are no list',
      { superchat: { user: { ...ANN, badges: 'vip' }, text: 'a', value: 1, pinMs: 1 } },
      'invalid_field',
      'events[1].superchat.user.badges must be an array',
    ],
    [
      'badges of one who enters',
      { enter: { user: { ...ANN, badges: ['vip'] } } },
      'unknown_field',
      'events[1].enter.user.badges is not a known field',
    ],
    ['a total of likes', { like: { count: 1, total: 9 } }, 'unknown_field', 'events[1].like.total is not a known field'],
    ['an enter of nobody', { enter: {} }, 'missing_field', 'events[1].enter.user is missing'],
  ])('all events where one holds %s', (_, event, code, message) => {
    const parsed = parseEvents({ events: [notice, event, notice] });
    expect(parsed).toMatchObject({ ok: false, refusal: { code, temporary: false } });
    expect(parsed.ok ? '' : parsed.refusal.message).toMatch(message);
  });

  test.each(['x1', 'p0', 'c01', 'p', '17', 'C1', 'c1 ', 'c1000000000000000', 'c-1', ''])('the ref %j', (ref) => {
    const parsed = parseEvents({ events: [{ retract: { refs: ['c1', ref] } }] });
    expect(parsed).toMatchObject({
      refusal: { code: 'invalid_field', message: 'events[0].retract.refs[1] is not a ref such as p3 or c17' },
    });
  });

  test('__proto__ beside a type', () => {
    const body: unknown = JSON.parse('{"events":[{"__proto__":{},"notice":{"text":"a"}}]}');
    expect(parseEvents(body)).toMatchObject({ refusal: { code: 'unknown_field' } });
  });

  test('__proto__ alone, and within an event', () => {
    for (const event of ['{"__proto__":{}}', '{"notice":{"text":"a","__proto__":{}}}']) {
      expect(parseEvents(JSON.parse(`{"events":[${event}]}`))).toMatchObject({ ok: false });
    }
  });
});
