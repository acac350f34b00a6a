import type { Page } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { generateComments } from '../../bench/comment-generator.ts';
import { flyingOn, snapshotOf } from '../support/browser.ts';
import { post, Viewer } from '../support/viewer.ts';
import { pageScene } from './page-scene.ts';

type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

// Neighbouring rows share an edge, to a rounding error.
const TOUCH = 0.01;
const user = { id: 'u1', name: 'Ann' };

const scene = pageScene({
  // A lost connection is logged by the browser itself.
  expected: /WebSocket connection|ERR_CONNECTION_|ERR_EMPTY_RESPONSE/,
});
const { open } = scene;

const stateOf = (page: Page) => page.getByTestId('state-pill').textContent();
const chat = (page: Page) => page.getByTestId('chat-list').textContent();

function overlaps(boxes: readonly Box[]): string[] {
  return boxes.flatMap((a, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (b) => a.x + TOUCH < b.x + b.width && b.x + TOUCH < a.x + a.width && a.y + TOUCH < b.y + b.height && b.y + TOUCH < a.y + a.height,
      )
      .map((b) => `${JSON.stringify(a)} and ${JSON.stringify(b)}`),
  );
}

describe('/watch', () => {
  test('what one page sends flies over the other, and stands in both chats', async () => {
    const [ann, bob] = [await open('/watch/demo'), await open('/watch/demo')];
    await expect.poll(() => stateOf(ann)).toBe('Live');
    await expect.poll(() => stateOf(bob)).toBe('Live');
    await ann.getByTestId('viewer-name').fill('Ann');
    await ann.getByTestId('send-text').fill('你好 <b>bob</b>');
    await ann.getByTestId('send-button').click();
    await expect.poll(() => chat(bob)).toContain('你好 <b>bob</b>');
    await expect.poll(() => chat(ann)).toContain('Ann');
    await bob.bringToFront();
    await bob.getByTestId('send-text').fill('hi Ann');
    await bob.getByTestId('send-text').press('Enter');
    await ann.bringToFront();
    await expect.poll(() => flyingOn(ann)).toContain('hi Ann');
    expect(await ann.getByTestId('send-text').inputValue()).toBe('');
    await expect.poll(() => ann.getByTestId('online-count').textContent()).toBe('2');
  });

  test('shows the title, gifts, likes and the retract of a comment', async () => {
    const page = await open('/watch/shows');
    await expect.poll(() => stateOf(page)).toBe('Live');
    const { body } = await post(`${scene.url()}/v1/rooms/shows/comments`, { text: 'to be taken back' });
    await expect.poll(() => flyingOn(page)).toContain('to be taken back');
    await post(`${scene.url()}/v1/rooms/shows/events`, {
      events: [
        { state: { title: 'Late-night singing' } },
        { gift: { user, giftId: 'rocket', name: 'Rocket', count: 3, value: 990 } },
        { like: { count: 41 } },
        { retract: { refs: [(body as { ref: string }).ref] } },
      ],
    });
    await expect.poll(() => page.getByTestId('room-title').textContent()).toBe('Late-night singing');
    await expect.poll(async () => (await snapshotOf(page)).banners.map(({ text }) => text).join()).toContain('Rocket');
    await expect.poll(() => page.getByTestId('like-count').textContent()).toBe('41');
    await expect.poll(() => flyingOn(page)).not.toContain('to be taken back');
    expect(await chat(page)).not.toContain('to be taken back');
    await page.getByTestId('like-button').click();
    await expect.poll(async () => (await (await fetch(`${scene.url()}/v1/rooms/shows`)).json()).likes).toBe(42);
  });

  test('keeps the text of a comment that the server refuses, and says why', async () => {
    const page = await open('/watch/refused');
    await expect.poll(() => stateOf(page)).toBe('Live');
    await page.getByTestId('send-text').fill('a\u0007b');
    await page.getByTestId('send-button').click();
    await expect.poll(() => page.getByTestId('send-error').textContent()).toMatch(/cannot be shown/);
    expect(await page.getByTestId('send-text').inputValue()).toBe('a\u0007b');
  });

  test('history fills the chat and does not fly', async () => {
    for (const text of ['older', 'newer']) await post(`${scene.url()}/v1/rooms/history/comments`, { text });
    // The second waits for its window: until then it is no history.
    await expect.poll(async () => (await fetch(`${scene.url()}/v1/rooms/history/events`)).text()).toContain('newer');
    const page = await open('/watch/history');
    await expect.poll(() => chat(page)).toContain('newer');
    expect(await flyingOn(page)).toEqual([]);
  });

  test('a room id that is none is explained', async () => {
    const page = await open('/watch/no%20room');
    await expect.poll(() => page.locator('#page-problem').textContent()).toMatch(/A-Z a-z 0-9/);
  });
});

describe('/overlay', () => {
  test('is transparent where nothing flies, and its comments do not overlap', async () => {
    const page = await open('/overlay/dense?size=1.2&maxOnScreen=60');
    await expect.poll(async () => (await (await fetch(`${scene.url()}/v1/rooms/dense`)).json()).online).toBe(1);
    const comments = [...generateComments({ seed: 3, rate: 10, seconds: 16 })];
    const viewer = await Viewer.join(scene.url(), 'dense');
    for (const [index, { text, mode, color, size }] of comments.entries()) {
      viewer.send({ comment: { text, mode, color, size, user } });
      if (index % 20 !== 19) continue;
      await viewer.command({ like: { count: 1 } });
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    await expect.poll(async () => (await snapshotOf(page)).comments.length).toBeGreaterThan(20);
    await scene.shoot(page, 'overlay', { omitBackground: true });
    for (let look = 0; look < 30; look++) {
      const { comments: shown } = await snapshotOf(page);
      expect(shown.length).toBeLessThanOrEqual(60);
      expect(overlaps(shown.map(({ box }) => box))).toEqual([]);
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    }
    const background = await page.evaluate(() =>
      [document.documentElement, document.body].map((element) => getComputedStyle(element).backgroundColor),
    );
    expect(new Set(background)).toEqual(new Set(['rgba(0, 0, 0, 0)']));
    const alpha = await page.evaluate(() => {
      const canvas = document.querySelector('canvas');
      const data = canvas?.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? new Uint8ClampedArray();
      let clear = 0;
      for (let index = 3; index < data.length; index += 4) if (data[index] === 0) clear++;
      return { clear: clear / (data.length / 4), inked: data.some((value) => value > 0) };
    });
    expect(alpha.inked).toBe(true);
    expect(alpha.clear).toBeGreaterThan(0.3);
  });

  test('shows only the modes that it is asked for, and says which option is wrong', async () => {
    const page = await open('/overlay/modes?modes=top,bottom&speed=fast');
    await expect.poll(() => page.getByTestId('messages').textContent()).toMatch(/speed/);
    await expect.poll(async () => (await (await fetch(`${scene.url()}/v1/rooms/modes`)).json()).online).toBe(1);
    for (const mode of ['scroll', 'top', 'bottom']) await post(`${scene.url()}/v1/rooms/modes/comments`, { text: mode, mode });
    await expect.poll(() => flyingOn(page)).toEqual(expect.arrayContaining(['top', 'bottom']));
    expect(await flyingOn(page)).not.toContain('scroll');
  });

  test('survives being hidden: what came meanwhile does not pile up', async () => {
    const page = await open('/overlay/hidden');
    await expect.poll(async () => (await (await fetch(`${scene.url()}/v1/rooms/hidden`)).json()).online).toBe(1);
    // OBS stops the frames of a hidden source and nothing else.
    await page.evaluate(() => {
      const held = window as unknown as { draw: typeof requestAnimationFrame; late: FrameRequestCallback[] };
      held.draw = window.requestAnimationFrame.bind(window);
      held.late = [];
      window.requestAnimationFrame = (callback) => held.late.push(callback);
    });
    const events = Array.from({ length: 100 }, (_, index) => ({ comment: { user, text: `meanwhile ${index}` } }));
    const witness = await Viewer.join(scene.url(), 'hidden');
    for (let time = 0; time < 3; time++) await post(`${scene.url()}/v1/rooms/hidden/events`, { events });
    await expect.poll(() => witness.texts.length).toBe(300);
    const hiddenAt = await page.evaluate(() => performance.now());
    await expect.poll(() => page.evaluate(() => performance.now())).toBeGreaterThan(hiddenAt + 2500);
    await page.evaluate(() => {
      const held = window as unknown as { draw: typeof requestAnimationFrame; late: FrameRequestCallback[] };
      window.requestAnimationFrame = held.draw;
      for (const callback of held.late) held.draw(callback);
      // What comes before the first frame is not kept either.
      return new Promise((resolve) => held.draw(() => held.draw(resolve)));
    });
    await post(`${scene.url()}/v1/rooms/hidden/comments`, { text: 'fresh' });
    await expect.poll(() => flyingOn(page)).toContain('fresh');
    expect((await flyingOn(page)).filter((text) => text.startsWith('meanwhile'))).toEqual([]);
  });
});

test('both pages say that the server is gone, and resume when it is back', async () => {
  // Back-off is drawn up to many seconds; here all draw short ones, and have tried every transport in vain before the server is back.
  await scene.context().addInitScript(() => {
    Math.random = () => 0.1;
  });
  const [watch, overlay] = [await open('/watch/back'), await open('/overlay/back')];
  await expect.poll(() => stateOf(watch)).toBe('Live');
  await scene.killServer();
  await expect.poll(() => stateOf(watch)).toMatch(/Reconnecting|Connecting/);
  await expect.poll(() => overlay.getByTestId('connection-notice').isVisible()).toBe(true);
  await scene.startServerAgain();
  await expect.poll(() => stateOf(watch), { timeout: 30_000 }).toBe('Live');
  await expect.poll(() => overlay.getByTestId('connection-notice').isVisible(), { timeout: 30_000 }).toBe(false);
  await watch.getByTestId('send-text').fill('we are back');
  await watch.getByTestId('send-button').click();
  await expect.poll(() => chat(watch)).toContain('we are back');
  await overlay.bringToFront();
  await expect.poll(() => flyingOn(overlay)).toContain('we are back');
}, 90_000);

test('/ lists the rooms that are open, and opens one by its id', async () => {
  const viewer = await Viewer.join(scene.url(), 'listed');
  const page = await open('/');
  await expect.poll(() => page.getByTestId('rooms').textContent()).toContain('listed');
  await page.getByTestId('open-room').fill('not a room');
  await page.getByTestId('open-watch').click();
  expect(new URL(page.url()).pathname).toBe('/');
  await page.getByTestId('open-room').fill('another-room');
  await page.getByTestId('open-watch').click();
  await page.waitForURL('**/watch/another-room');
  await expect.poll(() => stateOf(page)).toBe('Live');
  await viewer.leave();
});
