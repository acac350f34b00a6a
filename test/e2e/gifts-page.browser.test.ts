import type { Page, Route } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { concatBytes } from '../../src/protocol/bytes.ts';
import type { Event, EventBody, User } from '../../src/protocol/event.ts';
import { protobufAnswerCodec } from '../../src/protocol/protobuf-answer.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { flyingOn, snapshotOf } from '../support/browser.ts';
import { post, Viewer } from '../support/viewer.ts';
import { pageScene } from './page-scene.ts';

const POLL = /\/v1\/rooms\/\w+\/events/;
const ann: User = { id: 'u1', name: 'Ann', badges: ['moderator'] };
const bo: User = { id: 'u2', name: 'Bo' };

const scene = pageScene();

/** Opens a page and waits until it has joined: what is published then is live to it. */
async function open(path: string): Promise<Page> {
  const page = await scene.page();
  const isJoined = path.includes('short-poll')
    ? page.waitForResponse((response) => POLL.test(response.url()))
    : page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
  await Promise.all([page.goto(scene.url() + path), isJoined]);
  return page;
}

async function publish(room: string, ...events: object[]): Promise<string[]> {
  const { status, body } = await post(`${scene.url()}/v1/rooms/${room}/events`, { events });
  expect([status, body]).toMatchObject([200, {}]);
  return (body as { refs: string[] }).refs;
}

const gift = (user: User, name: string, more: object = {}) => ({ gift: { user, giftId: name, name, count: 1, value: 100, ...more } });
const superchat = (text: string, more: object = {}) => ({ superchat: { user: ann, text, value: 3000, pinMs: 60_000, ...more } });
const pinned = async (page: Page) => (await snapshotOf(page)).pinned?.pins.map(({ text }) => text);
const chat = (page: Page) => page.getByTestId('chat-list').locator('li').allTextContents();
const drawn = (page: Page) => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));

describe('gifts on /overlay', () => {
  test('a combo grows in one banner, in its place', async () => {
    const page = await open('/overlay/combo');
    await publish('combo', gift(bo, 'Rose'), gift(ann, 'Rocket', { count: 3, value: 9900, combo: 1 }));
    const banner = page.getByTestId('gift-banner').filter({ hasText: 'Rocket' });
    await expect.poll(() => banner.textContent()).toBe('AnnRocket×39,900');
    await banner.evaluate((element) => element.setAttribute('data-same', ''));
    for (let combo = 2; combo <= 12; combo++) await publish('combo', gift(ann, 'Rocket', { count: 3, value: 9900, combo }));
    await expect.poll(() => banner.locator('.banner-combo').textContent()).toBe('12combo');
    await publish('combo', gift(bo, 'Cake', { combo: 7 })); // out of nowhere
    await expect.poll(() => page.locator('.banner-combo').allTextContents()).toEqual(['12combo', '7combo']);
    expect(await banner.getAttribute('data-same')).toBe('');
    expect(await banner.textContent()).toBe('AnnRocket×36118.8K12combo');
    expect(await banner.locator('.badge').getAttribute('title')).toBe('Moderator');
    const { banners, bannerCounts } = await snapshotOf(page);
    expect(banners).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ text: 'Ann Rocket ×36', combo: 12, value: 118_800, tier: 4 }),
        expect.objectContaining({ text: 'Bo Cake ×1', combo: 7, value: 100, tier: 1 }),
      ]),
    );
    expect(bannerCounts).toEqual({ shown: 3, merged: 11, dropped: 0, expired: 0, waiting: 0 });
  });

  test('more than there are places wait, and past that are counted; the page holds no more than it shows', async () => {
    const page = await open('/overlay/shower');
    const gifts = Array.from({ length: 60 }, (_, index) =>
      gift({ id: `u${index}`, name: `Giver ${index}` }, 'Rose', { value: 100 + index }),
    );
    await publish('shower', ...gifts);
    await expect.poll(async () => (await snapshotOf(page)).bannerCounts.dropped).toBe(40);
    const { bannerCounts } = await snapshotOf(page);
    expect(bannerCounts.shown + bannerCounts.waiting).toBe(20);
    await drawn(page);
    expect(await page.getByTestId('gift-banner').count()).toBe(4);
    await publish('shower', gift({ id: 'u59', name: 'Giver 59' }, 'Rose', { combo: 2 }));
    await expect.poll(async () => (await snapshotOf(page)).bannerCounts).toMatchObject({ merged: 1 });
  });

  test('a hidden source holds no more than a shown one', async () => {
    const page = await open('/overlay/away');
    // OBS stops the frames of a hidden source and nothing else.
    await page.evaluate(() => {
      const held = window as unknown as { draw: typeof requestAnimationFrame; late: FrameRequestCallback[] };
      held.draw = window.requestAnimationFrame.bind(window);
      held.late = [];
      window.requestAnimationFrame = (callback) => held.late.push(callback);
    });
    const elements = () => page.locator('#show *').count();
    const before = await elements();
    const witness = await Viewer.join(scene.url(), 'away');
    for (let round = 0; round < 5; round++) {
      const users = Array.from({ length: 50 }, (_, index): User => ({ id: `u${round}-${index}`, name: `Giver ${index}` }));
      await publish('away', ...users.flatMap((user) => [gift(user, 'Rose'), superchat(`from ${user.name}`, { user })]));
    }
    await expect.poll(() => witness.events.length).toBeGreaterThanOrEqual(500);
    await expect.poll(async () => (await snapshotOf(page)).bannerCounts.dropped).toBeGreaterThanOrEqual(230);
    const { banners, bannerCounts, pinned: { pins = [] } = {} } = await snapshotOf(page);
    expect([banners.length, bannerCounts.waiting, pins.length]).toEqual([4, 16, 50]);
    expect(await elements()).toBe(before);
    expect(await page.evaluate(() => (window as unknown as { late: unknown[] }).late.length)).toBeLessThanOrEqual(2); // stage and pins, once each
    await page.evaluate(() => {
      const held = window as unknown as { draw: typeof requestAnimationFrame; late: FrameRequestCallback[] };
      window.requestAnimationFrame = held.draw;
      for (const callback of held.late) held.draw(callback);
    });
    await expect.poll(() => page.getByTestId('pin').count()).toBe(3);
    expect(await page.getByTestId('pins-more').textContent()).toMatch(/\+47 more$/);
    await witness.leave();
  });

  test('its options leave out gifts, cheap gifts, and superchats', async () => {
    const [none, dear] = [await open('/overlay/options?gifts=0&superchats=0'), await open('/overlay/options?minGift=1000')];
    await publish('options', gift(ann, 'Rose', { value: 999 }), gift(ann, 'Cake', { value: 1000 }), superchat('hello'), {
      notice: { text: 'back in five' },
    });
    await dear.bringToFront();
    await expect.poll(async () => (await snapshotOf(dear)).banners.map(({ text }) => text)).toEqual(['Ann Cake ×1', 'back in five']);
    await expect.poll(() => dear.getByTestId('pin').count()).toBe(1);
    await none.bringToFront();
    await expect.poll(async () => (await snapshotOf(none)).banners.map(({ text }) => text)).toEqual(['back in five']);
    expect(await none.getByTestId('pin').count()).toBe(0);
  });
});

describe('superchats', () => {
  test('are pinned, the most valuable first, until their time is over or they are taken back', async () => {
    const page = await open('/overlay/pins');
    const [first = ''] = await publish(
      'pins',
      superchat('first'),
      superchat('dear', { value: 90_000 }),
      superchat('brief', { pinMs: 1500 }),
    );
    await expect.poll(() => pinned(page)).toContain('dear');
    await expect.poll(() => page.getByTestId('pin').locator('.pin-text').allTextContents()).toEqual(['dear', 'first']); // the brief one ended
    await publish('pins', { retract: { refs: [first] } });
    await expect.poll(() => page.getByTestId('pin').locator('.pin-text').allTextContents()).toEqual(['dear']);
    // A retract may come before what it takes back: it names the ref that the next superchat will have.
    const next = `p${Number(first.slice(1)) + 5}`;
    const refs = await publish('pins', { retract: { refs: [next] } }, superchat('never seen'), superchat('seen'));
    expect(refs[1]).toBe(next);
    await expect.poll(() => pinned(page)).toEqual(['dear', 'seen']);
  });

  test('who comes late sees the ones that are still pinned, for what is left of their time', async () => {
    await publish('late', superchat('over', { pinMs: 1 }), superchat('still pinned', { pinMs: 3_600_000 }));
    const page = await open('/watch/late');
    await expect.poll(() => pinned(page)).toEqual(['still pinned']);
    const [pin] = (await snapshotOf(page)).pinned?.pins ?? [];
    expect(pin?.leftMs).toBeLessThan(3_600_000);
    expect(await page.getByTestId('pin').locator('.badge').getAttribute('aria-label')).toBe('Moderator');
    expect((await snapshotOf(page)).banners).toEqual([]);
  });
});

describe('/watch', () => {
  test('has gifts, superchats and badges in its chat, and a title whatever else is set', async () => {
    const page = await open('/watch/chat');
    const [rocket = ''] = await publish(
      'chat',
      { state: { title: 'Late-night singing', chatPerSecond: 20 } },
      gift(ann, 'Rocket', { count: 3, value: 990 }),
      superchat('happy birthday'),
      { comment: { user: { ...bo, badges: ['vip', 'fan 21'] }, text: 'hi' } },
      gift(ann, 'Rocket', { count: 3, value: 990, combo: 2 }),
    ).then((refs) => refs.slice(1));
    await expect.poll(() => page.getByTestId('room-title').textContent()).toBe('Late-night singing');
    await expect
      .poll(() => chat(page))
      .toEqual(expect.arrayContaining(['Ann sent Rocket ×6 1,980 combo 2', 'Ann3,000happy birthday', 'fan 21Bo hi']));
    expect(await page.getByTestId('chat-list').locator('[data-badge=vip]').getAttribute('title')).toBe('VIP');
    await publish('chat', { retract: { refs: [rocket] } });
    await expect.poll(() => chat(page)).toContain('Ann sent Rocket ×3 990 combo 2');
    await publish('chat', { state: { chatPerSecond: 30 } }); // settings come whole: this one has no title
    await expect.poll(() => page.getByTestId('room-title').textContent()).toBe('chat');
  });

  test('folded comments fly and stand with their count; what is left out is told by the chat, and not by the overlay', async () => {
    await scene.context().route(POLL, fold);
    const [watch, overlay] = [await open('/watch/folded?transport=short-poll'), await open('/overlay/folded?transport=short-poll')];
    await publish('folded', gift(ann, 'Rocket', { value: 118_800, combo: 12, count: 36 }), superchat('happy birthday'));
    await publish('folded', { comment: { user: bo, text: '666' } });
    await expect.poll(() => flyingOn(overlay)).toEqual(['666 ×132']);
    await drawn(overlay);
    await scene.shoot(overlay, 'overlay-gifts', { omitBackground: true });
    expect(await overlay.locator('#show').textContent()).not.toContain('more');
    await watch.bringToFront();
    await expect.poll(() => chat(watch)).toEqual(expect.arrayContaining(['+1,234 more', 'Bo 666 ×132']));
    await publish('folded', { comment: { user: bo, text: '666' } });
    await expect.poll(() => chat(watch)).toContain('+2,468 more');
    await scene.shoot(watch, 'watch-gifts');
  });
});

/** Answers a poll as a room over its density would: each comment stands for 132, and each batch of them leaves out 1234. */
async function fold(route: Route): Promise<void> {
  const response = await route.fetch();
  const answer = protobufAnswerCodec.decode(new Uint8Array(await response.body()));
  if (response.status() !== 200 || !answer) return route.fulfill({ response });
  const batches = answer.batches
    .filter(({ lane }) => lane !== 'ambient')
    .map((batch) => ({ ...batch, skipped: batch.lane === 'chat' ? 1234 : 0, events: batch.events.map(folded) }));
  const head = { ...answer, batches };
  const tail = { likes: 0, at: 0, online: answer.online, nextPollMs: 200 };
  const body = concatBytes([protobufAnswerCodec.encodeHead(head), protobufAnswerCodec.encodeTail(tail, head)]);
  return route.fulfill({ status: 200, contentType: protobufAnswerCodec.contentType, body: Buffer.from(body) });
}

function folded(event: Event): SealedEvent {
  const { at, offset = 0, ...rest } = event;
  const body = rest as EventBody; // an event is its body and these two
  return SealedEvent.seal(encodeBody('comment' in body ? { comment: { ...body.comment, repeat: 132 } } : body), { offset, at });
}
