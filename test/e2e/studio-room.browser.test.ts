import { describe, expect, test } from 'vitest';
import { rowOf, sees, studioScene, tab, token } from './studio-scene.ts';

const { open, openStudio, publish, say, shoot, url } = studioScene();

describe('what the room does', () => {
  test('while the mouse is over the list nothing moves, and what came is shown once it leaves', async () => {
    const studio = await openStudio('pauses');
    await say('pauses', 'ann', 'before');
    await sees(studio, 'before');
    await rowOf(studio, 'before').hover();
    const box = await rowOf(studio, 'before').boundingBox();
    for (const text of ['during one', 'during two']) await say('pauses', 'bob', text);
    await expect.poll(() => studio.getByTestId('comments-newest').textContent()).toBe('Paused: 2 new');
    expect(await rowOf(studio, 'during').count()).toBe(0);
    expect(await rowOf(studio, 'before').boundingBox()).toEqual(box);
    await studio.mouse.move(5, 5);
    await expect.poll(() => rowOf(studio, 'during').count()).toBe(2);
    expect(await studio.getByTestId('comments-newest').textContent()).toBe('Live');
  });

  test('a hot room leaves three hundred comments, and the newest in sight', async () => {
    const studio = await openStudio('hot');
    const comments = Array.from({ length: 1000 }, (_, index) => ({ comment: { user: { id: `u${index}` }, text: `number ${index}.` } }));
    for (let from = 0; from < comments.length; from += 100) await publish('hot', ...comments.slice(from, from + 100));
    await expect.poll(() => rowOf(studio, 'number 999.').isVisible()).toBe(true);
    expect(await studio.getByTestId('comment-list').locator('li').count()).toBe(300);
    await expect.poll(() => studio.getByTestId('comments-chart').getAttribute('aria-label')).toMatch(/comments a second shown/);
  });

  test('gifts and superchats are added up, and what is taken back is not', async () => {
    const studio = await openStudio('gifts');
    const user = { id: 'ann', name: 'Ann' };
    const { refs } = await publish(
      'gifts',
      { gift: { user, giftId: 'rocket', name: 'Rocket', count: 3, value: 990 } },
      { superchat: { user, text: 'what a night', value: 5000, pinMs: 1000 } },
      { gift: { user, giftId: 'rose', name: 'Rose', count: 1, value: 100 } },
    );
    await tab(studio, 'gifts');
    await expect.poll(() => studio.getByTestId('totals').textContent()).toMatch(/Gifts\s*4\s*Superchats\s*1\s*Value\s*6,090/);
    expect(await studio.getByTestId('gift-list').textContent()).toContain('Rocket');
    await publish('gifts', { retract: { refs: [refs?.[2]] } });
    await expect.poll(() => studio.locator('#total-value').textContent()).toBe('5,990');
    expect(await studio.getByTestId('gift-list').textContent()).not.toContain('Rose');
  });

  test('test traffic: a streamer’s comments are seen, its gifts refused with the reason; a service’s are both seen', async () => {
    const studio = await openStudio('tests');
    await tab(studio, 'test');
    const outcomes = studio.getByTestId('test-outcomes').locator('li');
    await studio.getByTestId('test-send').click();
    await expect.poll(() => outcomes.allTextContents()).toEqual(['Comments: 4 sent.', expect.stringMatching(/not even a streamer/)]);
    await expect.poll(() => rowOf(studio, /^.*Test [0-9a-f]{4}: comment/).count()).toBe(4);
    await shoot(studio, 'test');
    const service = await openStudio('tests', token('service'));
    await tab(service, 'test');
    await service.getByTestId('test-send').click();
    await expect.poll(() => service.getByTestId('test-outcomes').textContent()).toContain('Gift and superchat: sent.');
    await studio.bringToFront();
    await sees(studio, 'a superchat');
  });
});

describe('the overlay’s address', () => {
  test('holds what is set and the overlay’s token, never the page’s own, and its preview is the overlay', async () => {
    const own = token('streamer');
    const studio = await openStudio('builds', own);
    await tab(studio, 'overlay');
    const address = () => studio.getByTestId('overlay-url').inputValue();
    await studio.getByTestId('overlay-size').fill('1.5');
    await expect.poll(address).toBe(`${url()}/overlay/builds?size=1.5`);
    await studio.getByTestId('overlay-token').fill(own);
    await expect.poll(() => studio.getByTestId('overlay-problems').textContent()).toMatch(/your own token/);
    expect(await address()).toBe(`${url()}/overlay/builds?size=1.5`);
    const overlay = token('overlay');
    await studio.getByTestId('overlay-token').fill(overlay);
    await expect.poll(address).toBe(`${url()}/overlay/builds?size=1.5#token=${overlay}`);
    const frame = studio.getByTestId('overlay-preview').locator('iframe');
    await expect.poll(() => frame.getAttribute('src')).toBe(await address());
    await expect.poll(() => studio.getByTestId('online-now').textContent()).toBe('2');
    await studio.getByTestId('overlay-size').fill('9');
    await expect.poll(() => studio.getByTestId('overlay-problems').textContent()).toMatch(/size=9 is not a number/);
    await tab(studio, 'audit');
    await expect.poll(() => frame.count()).toBe(0);
  });
});

test('the page of all rooms leads to a room’s studio, token and all', async () => {
  const studio = await openStudio('linked');
  const own = token('streamer');
  const page = await open('/', own);
  await expect.poll(() => page.getByRole('link', { name: 'Studio of linked' }).getAttribute('href')).toBe(`/studio/linked#token=${own}`);
  await page.getByTestId('open-room').fill('another');
  await page.getByTestId('open-studio').click();
  await page.waitForURL(`**/studio/another#token=${own}`);
  await studio.close();
});
