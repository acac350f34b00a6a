import { describe, expect, test } from 'vitest';
import { fieldsOf, SettingsDraft } from '../../../src/web/studio/settings-draft.ts';

test('fieldsOf() writes each setting as a form has it', () => {
  const settings = { title: 'Singing', slowModeSeconds: 10, badges: ['vip', 'fan'], muted: true, blockedWords: ['a b', 'c'] } as const;
  expect(fieldsOf(settings)).toEqual({
    title: 'Singing',
    chatPerSecond: '',
    slowModeSeconds: '10',
    minLevel: '',
    badges: 'vip, fan',
    followersOnly: false,
    emoteOnly: false,
    muted: true,
    blockedWords: 'a b\nc',
  });
});

describe('SettingsDraft', () => {
  const start = () => {
    const draft = new SettingsDraft();
    draft.told({ title: 'Singing', slowModeSeconds: 10, muted: true, badges: ['vip'] });
    return draft;
  };

  test('sends only what was changed, and null for what is taken back', () => {
    const draft = start();
    draft.write('title', ' ');
    draft.write('slowModeSeconds', '30');
    draft.write('muted', false);
    draft.write('emoteOnly', true);
    draft.write('blockedWords', ' spam \n\nscam');
    draft.write('badges', '');
    expect(draft.patch()).toEqual({
      title: null,
      slowModeSeconds: 30,
      muted: null,
      emoteOnly: true,
      blockedWords: ['spam', 'scam'],
      badges: null,
    });
  });

  test('what is written as it was, or spaced otherwise, is no change', () => {
    const draft = start();
    draft.write('badges', 'vip ,');
    draft.write('slowModeSeconds', '30');
    draft.write('slowModeSeconds', '10 ');
    expect([draft.changed, draft.patch()]).toEqual([[], {}]);
  });

  test('others’ changes show in the fields that were not touched, and take nothing from those that were', () => {
    const draft = start();
    draft.write('title', 'Dancing');
    draft.told({ title: 'Talking', minLevel: 3 });
    expect(draft.fields).toMatchObject({ title: 'Dancing', minLevel: '3', slowModeSeconds: '', muted: false });
    expect([draft.changed, draft.stored('title')]).toEqual([['title'], 'Talking']);
    draft.discard();
    expect(draft.fields.title).toBe('Talking');
  });

  test('what the room has come to say by itself is no longer a change', () => {
    const draft = start();
    draft.write('title', 'Dancing');
    draft.told({ title: 'Dancing' });
    expect(draft.changed).toEqual([]);
  });

  test('what cannot be a number is sent as it is written: the server says what it takes', () => {
    const draft = start();
    draft.write('minLevel', 'ten');
    draft.write('chatPerSecond', '-1.5');
    expect(draft.patch()).toEqual({ minLevel: 'ten', chatPerSecond: -1.5 });
  });
});
