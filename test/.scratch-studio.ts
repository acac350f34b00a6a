import { launchBrowser } from './support/browser.ts';
import { startServerProcess } from './support/server-process.ts';
import { generateComments } from '../bench/comment-generator.ts';
const server = await startServerProcess({ CHAT_PER_SECOND: '20' });
const browser = await launchBrowser();
const now = Date.now();
const user = (id: string, name = id) => ({ id, name });
const state = { room: 'demo', version: 12, at: now,
 sanctions: [{ kind: 'mute', user: 'u3', name: 'Cat', untilMs: now + 600_000 }, { kind: 'ban', user: 'u4', name: 'a rather long name of a viewer' }, { kind: 'shadowBan', user: 'u5' }, { kind: 'revokedToken', tokenId: 'overlay-1' }],
 held: [{ id: 'h1', at: now, comment: { user: user('u7', 'Gus'), text: 'visit www.example.com now, it is a link that goes on for quite a while', mode: 'scroll', color: 1, size: 25, repeat: 1 } }, { id: 'h2', at: now, comment: { user: user('u8', 'Hal'), text: '你好 spam', mode: 'scroll', color: 1, size: 25, repeat: 1 } }],
 audit: Array.from({ length: 40 }, (_, i) => ({ at: now - 1000 * (40 - i), by: 'streamer-1', kind: ['mute', 'delete', 'settings'][i % 3], target: `u${i}`, reason: i % 4 ? undefined : 'spam again' })) };
const post = async (path: string, body: object) => (await fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) })).json();
try {
  for (const [name, width, height] of [['desktop', 1280, 800], ['phone', 390, 844], ['small', 360, 640]] as const) {
    const context = await browser.newContext({ viewport: { width, height }, hasTouch: width < 500, isMobile: width < 500 });
    const page = await context.newPage();
    page.on('console', (m) => console.log(name, m.type(), m.text()));
    page.on('pageerror', (e) => console.log(name, 'ERROR', e));
    await page.route('**/moderation', (route) => route.request().method() === 'GET'
      ? route.request().headers()['if-none-match'] === '"12"' ? route.fulfill({ status: 304 }) : route.fulfill({ json: state, headers: { etag: '"12"' } })
      : route.fulfill({ json: { result: 'applied', version: 13, refs: [] } }));
    await page.goto(`${server.url}/studio/demo`);
    await page.waitForFunction(() => document.querySelector('#state-pill')?.textContent === 'Live');
    await post('/v1/rooms/demo/events', { events: [{ state: { title: 'Late-night singing', slowModeSeconds: 10, blockedWords: ['spam', 'scam'] } }] });
    let i = 0;
    for (const { text } of generateComments({ seed: 3, rate: 30, seconds: 3 })) {
      await post('/v1/rooms/demo/events', { events: [{ comment: { user: { ...user(`u${i++ % 9}`, ['Ann', 'Bo', 'Cy', 'Cat', 'Dora', 'Eve'][i % 6]), ...(i % 7 === 0 && { badges: ['vip'] }) }, text } }] });
      await new Promise((r) => setTimeout(r, 30));
    }
    await post('/v1/rooms/demo/events', { events: [{ gift: { user: user('u1', 'Ann'), giftId: 'rocket', name: 'Rocket', count: 3, value: 99000 } }, { superchat: { user: user('u2', 'Bo'), text: 'what a night!', value: 5000, pinMs: 10000 } }, { gift: { user: user('u1', 'Ann'), giftId: 'rose', name: 'Rose', count: 1, value: 100 } }] });
    await post('/v1/rooms/demo/comments', { text: 'last words', user: user('u3', 'Cat') });
    await new Promise((r) => setTimeout(r, 2500));
    const shot = (what: string) => page.screenshot({ path: `/tmp/studio-${name}-${what}.png` });
    if (name === 'desktop') await page.locator('.row').nth(-4).hover(); else await page.locator('.row').nth(-3).tap();
    await shot('comments');
    for (const tab of ['held', 'modes', 'viewers', 'gifts', 'overlay', 'audit', 'test']) {
      await page.getByTestId(`tab-${tab}`).click();
      if (tab === 'test') await page.getByTestId('test-send').click();
      await new Promise((r) => setTimeout(r, tab === 'overlay' ? 1500 : 400));
      await shot(tab);
      console.log(name, tab, await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]));
    }
    await context.close();
  }
} finally { await browser.close(); await server.stop(); }
