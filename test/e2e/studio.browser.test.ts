import type { Page } from 'playwright-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { outcome, rowOf, sees, studioScene, tab, token } from './studio-scene.ts';

const TABS = ['comments', 'held', 'modes', 'viewers', 'gifts', 'overlay', 'audit', 'test'];

const { call, killServer, open, openStudio, publish, say, shoot, startServerAgain, useWindow } = studioScene();

const history = async (room: string) => JSON.stringify(await call(`${room}/events?limit=100`, { bearer: token('viewer') }));

/** Clicks a button of a comment's row, as a mouse does. */
async function clickInRow(page: Page, text: string, action: string): Promise<void> {
  await rowOf(page, text).hover();
  await rowOf(page, text).locator(`[data-action="${action}"]`).click();
}

describe('moderating', () => {
  test('a deleted comment is gone from viewers’ pages and from history, and struck out here', async () => {
    const studio = await openStudio('deletes');
    const watch = await open('/watch/deletes');
    const chat = watch.getByTestId('chat-list');
    for (const text of ['to be kept', 'to be deleted']) expect(await say('deletes', 'ann', text)).toBe('said');
    await expect.poll(() => chat.textContent()).toContain('to be deleted');
    await studio.bringToFront();
    await sees(studio, 'to be deleted');
    await clickInRow(studio, 'to be deleted', 'delete');
    await expect.poll(() => outcome(studio)).toBe('Deleted a comment of ann.');
    await expect.poll(() => rowOf(studio, 'to be deleted').getAttribute('class')).toContain('row-deleted');
    await watch.bringToFront();
    await expect.poll(() => chat.textContent()).not.toContain('to be deleted');
    await expect.poll(() => chat.textContent()).toContain('to be kept');
    expect(await history('deletes')).not.toContain('to be deleted');
  });

  test('all of a viewer is deleted at one click, and nothing of others', async () => {
    const studio = await openStudio('clears');
    for (const text of ['first of ann', 'second of ann']) await say('clears', 'ann', text);
    await say('clears', 'bob', 'first of bob');
    await sees(studio, 'first of bob');
    await clickInRow(studio, 'first of ann', 'deleteAll');
    await expect.poll(() => studio.locator('.row-deleted').count()).toBe(2);
    expect(await rowOf(studio, 'first of bob').getAttribute('class')).not.toContain('row-deleted');
    expect(await history('clears')).not.toContain('of ann');
  });

  test('a mute is for as long as was chosen, is shown, and can be lifted; the audit log tells both and why', async () => {
    const studio = await openStudio('mutes');
    await say('mutes', 'ann', 'too loud');
    await sees(studio, 'too loud');
    await studio.getByTestId('mute-seconds').selectOption({ label: '1 hour' });
    await studio.getByTestId('reason').fill('shouting');
    await clickInRow(studio, 'too loud', 'mute');
    await expect.poll(() => outcome(studio)).toBe('Muted ann for 1 hour.');
    expect(await say('mutes', 'ann', 'am I heard?')).toBe('muted');
    await expect.poll(() => rowOf(studio, 'too loud').locator('.row-mark').textContent()).toBe('M');
    expect(await rowOf(studio, 'too loud').locator('[data-action="mute"]').textContent()).toBe('Unmute');
    await tab(studio, 'viewers');
    const sanction = studio.getByTestId('sanction-list').locator('li', { hasText: 'ann' });
    await expect.poll(() => sanction.textContent()).toMatch(/muted until/);
    await shoot(studio, 'mute');
    await sanction.getByRole('button').click();
    await expect.poll(() => sanction.count()).toBe(0);
    expect(await say('mutes', 'ann', 'heard again')).toBe('said');
    await tab(studio, 'audit');
    await expect
      .poll(() => studio.getByTestId('audit-list').locator('li').allTextContents())
      .toEqual([expect.stringMatching(/streamer unmute ann/), expect.stringMatching(/streamer mute ann.*shouting/)]);
  });

  test('a ban and a shadow ban, and each lifted by the same button', async () => {
    const studio = await openStudio('bans');
    await say('bans', 'ann', 'out with ann');
    await say('bans', 'bob', 'bob to himself');
    await sees(studio, 'bob to himself');
    await clickInRow(studio, 'out with ann', 'ban');
    await expect.poll(() => outcome(studio)).toBe('Banned ann.');
    expect(await say('bans', 'ann', 'let me in')).toBe('banned');
    await clickInRow(studio, 'bob to himself', 'shadowBan');
    await expect.poll(() => outcome(studio)).toMatch(/^Shadow banned bob/);
    expect(await say('bans', 'bob', 'nobody hears this')).toBe('said');
    expect(await history('bans')).not.toContain('nobody hears this');
    await expect.poll(() => rowOf(studio, 'out with ann').locator('[data-action="ban"]').textContent()).toBe('Unban');
    await clickInRow(studio, 'out with ann', 'ban');
    await expect.poll(() => outcome(studio)).toBe('ann is no longer banned.');
    expect(await say('bans', 'ann', 'back again')).toBe('said');
  });

  test('what is held is approved or denied, by click and by key', async () => {
    const studio = await openStudio('holds');
    for (const text of ['doubtful one', 'doubtful two', 'doubtful three']) expect(await say('holds', 'ann', text)).toBe('held_for_review');
    await expect.poll(() => studio.getByTestId('held-count').textContent()).toBe('3');
    await tab(studio, 'held');
    await shoot(studio, 'held');
    const held = studio.getByTestId('held-list').locator('li');
    await held.filter({ hasText: 'one' }).getByText('Approve').click();
    await sees(studio, 'doubtful one');
    await expect.poll(() => held.count()).toBe(2);
    await studio.keyboard.press('h');
    await studio.keyboard.press('x');
    await expect.poll(() => held.allTextContents()).toEqual([expect.stringContaining('three')]);
    // The focus went on to the one that is left.
    await studio.keyboard.press('a');
    await sees(studio, 'doubtful three');
    await expect.poll(() => studio.locator('#held-empty').isVisible()).toBe(true);
    expect(await history('holds')).not.toContain('doubtful two');
  });

  test('who wrote what was held is told so, until it is let through', async () => {
    const watch = await open('/watch/waits', token('viewer', 'ann'));
    const error = watch.getByTestId('send-error');
    await expect.poll(() => watch.getByTestId('state-pill').textContent()).toBe('Live');
    await watch.getByTestId('send-text').fill('doubtful words');
    await watch.getByTestId('send-text').press('Enter');
    await expect.poll(() => error.textContent()).toMatch(/^A moderator looks at it/);
    await publish('waits', { comment: { user: { id: 'bob', name: 'bob' }, text: 'doubtful words' } });
    const chat = watch.getByTestId('chat-list').locator('li');
    await expect.poll(() => chat.count()).toBe(1);
    expect(await error.isVisible()).toBe(true);
    const { held } = (await call('waits/moderation', { bearer: token('streamer') })) as { held?: { id: string }[] };
    await call('waits/moderation', { bearer: token('streamer'), body: { approve: { id: held?.[0]?.id } } });
    await expect.poll(() => chat.count()).toBe(2);
    expect(await error.isVisible()).toBe(false);
  });

  test('by keyboard alone: the arrow keys choose a comment, and letters that are typed do nothing', async () => {
    const studio = await openStudio('keys');
    for (const user of ['ann', 'bob', 'cat']) await say('keys', user, `words of ${user}`);
    await sees(studio, 'words of cat');
    await studio.getByTestId('reason').focus();
    await studio.keyboard.type('bad mood, no ban (c)');
    await studio.getByTestId('comments-newest').focus();
    await studio.keyboard.press('c');
    await expect.poll(() => rowOf(studio, 'words of cat').evaluate((row) => row === document.activeElement)).toBe(true);
    await studio.keyboard.press('ArrowUp');
    const outline = await rowOf(studio, 'words of bob').evaluate((row) => getComputedStyle(row).outlineStyle);
    expect(outline).toBe('solid');
    await shoot(studio, 'keys');
    expect(await outcome(studio)).toBe('');
    await studio.keyboard.press('b');
    await expect.poll(() => outcome(studio)).toBe('Banned bob.');
    await studio.keyboard.press('ArrowUp');
    await studio.keyboard.press('Tab');
    expect(await studio.evaluate(() => document.activeElement?.textContent)).toBe('Delete');
    await studio.keyboard.press('Enter');
    await expect.poll(() => outcome(studio)).toBe('Deleted a comment of ann.');
    // Who goes on by keyboard is still there, and reaches what came meanwhile.
    expect(await rowOf(studio, 'words of ann').evaluate((row) => row.contains(document.activeElement))).toBe(true);
    await say('keys', 'cat', 'the latest');
    await expect.poll(() => studio.getByTestId('comments-newest').textContent()).toBe('Paused: 1 new');
    await studio.keyboard.press('n');
    expect(await rowOf(studio, 'the latest').evaluate((row) => row === document.activeElement)).toBe(true);
  });

  test('who is not on the screen is named by id; a token, too', async () => {
    const studio = await openStudio('ids');
    await tab(studio, 'viewers');
    await studio.getByTestId('id-action').selectOption('ban');
    await studio.getByTestId('id-target').fill('ann');
    await studio.getByTestId('id-target').press('Enter');
    await expect.poll(() => studio.getByTestId('sanction-list').textContent()).toContain('ann');
    expect(await studio.getByTestId('id-target').inputValue()).toBe('');
    expect(await say('ids', 'ann', 'hello?')).toBe('banned');
    await studio.getByTestId('id-action').selectOption('revokeToken');
    await studio.getByTestId('id-target').fill('overlay-9');
    await studio.getByTestId('id-target').press('Enter');
    await expect.poll(() => studio.getByTestId('sanction-list').textContent()).toContain('overlay-9');
  });
});

describe('room modes', () => {
  test('are changed for everyone, and follow what others change', async () => {
    const studio = await openStudio('modes');
    await tab(studio, 'modes');
    await studio.getByTestId('setting-title').fill('Late-night singing');
    await studio.getByTestId('setting-emotes').check();
    await studio.getByTestId('setting-words').fill('spam\nscam');
    expect(await studio.getByTestId('settings-note').textContent()).toBe('3 not applied yet.');
    await studio.getByTestId('settings-apply').click();
    await expect.poll(() => studio.getByTestId('settings-note').textContent()).toBe('As it is in the room now.');
    expect(await say('modes', 'ann', 'hello')).toBe('emotes_only');
    await expect.poll(() => studio.getByTestId('room-title').textContent()).toBe('Late-night singing');
    await studio.getByTestId('setting-title').fill('being written');
    await call('modes/settings', { bearer: token('moderator'), body: { emoteOnly: null, title: 'by another', slowModeSeconds: 30 } });
    await expect.poll(() => studio.getByTestId('setting-slow').inputValue()).toBe('30');
    expect(await studio.getByTestId('setting-emotes').isChecked()).toBe(false);
    expect(await studio.getByTestId('setting-title').inputValue()).toBe('being written');
    expect(await studio.getByTestId('setting-words').inputValue()).toBe('spam\nscam');
  });

  test('what the server refuses is said, and nothing that was written is lost', async () => {
    const studio = await openStudio('refuses');
    await tab(studio, 'modes');
    await studio.getByTestId('setting-level').fill('ten');
    await studio.getByTestId('setting-badges').fill('vip, fan');
    await studio.getByTestId('settings-apply').click();
    await expect.poll(() => studio.getByTestId('settings-error').textContent()).toMatch(/^Not applied: .*minLevel/);
    expect(await studio.getByTestId('setting-level').inputValue()).toBe('ten');
    expect(await studio.getByTestId('setting-badges').inputValue()).toBe('vip, fan');
    await studio.getByTestId('setting-level').fill('10');
    await studio.getByTestId('settings-apply').click();
    await expect.poll(() => studio.getByTestId('settings-note').textContent()).toBe('As it is in the room now.');
    expect(await say('refuses', 'ann', 'hello')).toMatch(/level_too_low|badge_needed/);
  });
});

describe('who has no right', () => {
  test.each([
    ['nobody', '', /needs the token/],
    ['a viewer', token('viewer'), /no right to moderate/],
    ['an overlay', token('overlay'), /no right to moderate/],
  ])('%s is told so, and may look on', async (_, as, words) => {
    const studio = await openStudio('rights', as);
    await expect.poll(() => studio.getByTestId('page-notice').textContent()).toMatch(words);
    await publish('rights', { comment: { user: { id: 'ann' }, text: 'for all to see' } });
    await expect.poll(() => rowOf(studio, 'for all to see').count()).toBeGreaterThan(0);
    expect(await rowOf(studio, 'for all to see').last().locator('[data-action="delete"]').isVisible()).toBe(false);
    await shoot(studio, 'no-right');
  });

  test('a room id that is none is explained', async () => {
    const page = await open('/studio/no%20room');
    await expect.poll(() => page.locator('#page-problem').textContent()).toMatch(/A-Z a-z 0-9/);
  });
});

/** In a page: what stands out over its sides, whether that can be scrolled to or is cut off. */
function cutOff(): string[] {
  const { scrollWidth } = document.documentElement;
  const outside = [...document.querySelectorAll('body :not(.visually-hidden)')].filter((element) => {
    const { left, right, width } = element.getBoundingClientRect();
    return width > 0 && (left < -0.5 || right > window.innerWidth + 0.5);
  });
  return [
    ...(scrollWidth > window.innerWidth ? [`the page is ${scrollWidth} wide`] : []),
    ...outside.map(({ outerHTML }) => outerHTML.slice(0, 80)),
  ];
}

describe('on a phone', () => {
  beforeEach(async () => {
    await useWindow({ viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true });
  });

  test('every part fits the width, and a touched comment opens its buttons', async () => {
    const studio = await openStudio('phone');
    await say('phone', 'ann', `a comment that goes on and on ${'and on '.repeat(20)}`);
    await sees(studio, 'goes on');
    for (const name of TABS) {
      await tab(studio, name);
      expect(await studio.locator(`#panel-${name}`).isVisible()).toBe(true);
      expect([name, await studio.evaluate(cutOff)]).toEqual([name, []]);
    }
    await tab(studio, 'comments');
    await rowOf(studio, 'goes on').tap();
    await rowOf(studio, 'goes on').getByText('Delete', { exact: true }).tap();
    await expect.poll(() => outcome(studio)).toBe('Deleted a comment of ann.');
    await shoot(studio, 'phone');
  });
});

test('a server that is gone is told of, and what is written survives it', async () => {
  const studio = await openStudio('gone');
  await tab(studio, 'modes');
  await studio.getByTestId('setting-title').fill('being written');
  await killServer();
  await expect.poll(() => studio.getByTestId('page-notice').textContent()).toMatch(/cannot be reached.*may be old/);
  await studio.getByTestId('settings-apply').click();
  await expect.poll(() => studio.getByTestId('settings-error').textContent()).toMatch(/connection was lost/);
  await startServerAgain();
  await expect.poll(() => studio.getByTestId('page-notice').isVisible(), { timeout: 30_000 }).toBe(false);
  expect(await studio.getByTestId('setting-title').inputValue()).toBe('being written');
  await studio.getByTestId('settings-apply').click();
  await expect.poll(() => studio.getByTestId('settings-note').textContent()).toBe('As it is in the room now.');
}, 90_000);
