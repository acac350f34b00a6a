import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, type TestContext, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { type Faults, TcpProxy } from '../support/tcp-proxy.ts';
import { post } from '../support/viewer.ts';

const SOCKET = /^GET \/v1\/ws/;
const STREAM = /^GET \/v1\/rooms\/[^ ]*\/stream/;
const WAITING = /^GET \/v1\/rooms\/[^ ]*[?&]wait=/;
const POLL = /^GET \/v1\/rooms\/[^ ]*\/events/;
const COMMENTS = 20;
const PACE_MS = 100;
// Climbing down takes some tries, each with its back-off.
const PATIENCE = { timeout: 90_000, interval: 100 };

const LONG = { timeout: 120_000 };

let browser: Browser;
let server: ServerProcess;
let rooms = 0;
beforeAll(async () => {
  browser = await launchBrowser();
  server = await startServerProcess({ FLUSH_MS: '100' });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});
/** The viewer page, loaded and joined over a good network: a page takes a minute at 3 KB/s, and that is not what is looked at. */
async function watch({ expect, onTestFinished }: TestContext, transport?: string): Promise<{ room: string; page: Page; proxy: TcpProxy }> {
  const room = `room-${++rooms}`;
  const proxy = new TcpProxy(server.port);
  const url = await proxy.start();
  const page = await (await browser.newContext()).newPage();
  onTestFinished(async () => {
    await page.context().close();
    await proxy.stop();
  });
  // Back-off is drawn up to many seconds; here everyone draws short ones.
  await page.addInitScript(() => {
    Math.random = () => 0.1;
  });
  await page.goto(`${url}/watch/${room}${transport ? `?transport=${transport}` : ''}`);
  await expect.poll(() => stateOf(page)).toMatch(/^(live|polling)$/);
  return { room, page, proxy };
}

/** From now on the network is bad; what was connected over the good one is cut. */
function spoil(proxy: TcpProxy, faults: Faults): void {
  proxy.faults = faults;
  proxy.requests.length = 0;
  proxy.cut();
}

/** Comments straight to the server, at a lively room's pace: what comes while a connection is down is what may be missed. */
async function publish(room: string, count: number): Promise<string[]> {
  const refs: string[] = [];
  for (let sent = 0; sent < count; sent++) {
    const { body } = await post(`${server.url}/v1/rooms/${room}/comments`, { text: `in ${room}, at ${Date.now()}` });
    refs.push((body as { ref: string }).ref);
    await delay(PACE_MS);
  }
  return refs;
}

const stateOf = (page: Page) => page.getByTestId('state-pill').getAttribute('data-state');
/** The chat column's lines, by the refs of their events. */
const shown = (page: Page) =>
  page.locator('[data-testid=chat-list] [data-ref]').evaluateAll((lines) => lines.map((line) => (line as HTMLElement).dataset['ref']));

// Climbing down takes time and hardly any work: all at once.
describe.concurrent('the viewer page over a network that turns bad shows every comment, once and in order', () => {
  const rows: [name: string, faults: Faults, ends: RegExp, rung: RegExp][] = [
    ['everything is 400 ms late', { latencyMs: 400 }, /^live$/, SOCKET],
    ['3 KB/s', { bytesPerSecond: 3000 }, /^(live|polling)$/, /^GET/],
    ['the upgrade is refused', { refuses: SOCKET }, /^live$/, STREAM],
    ['upgrade and streams are refused', { refuses: either(SOCKET, STREAM) }, /^polling$/, WAITING],
    ['all that waits is refused', { refuses: either(SOCKET, STREAM, WAITING) }, /^polling$/, POLL],
  ];
  test.for(rows)('%s', LONG, async ([, faults, ends, rung], context) => {
    const { expect } = context; // tests that run together each need their own
    const { room, page, proxy } = await watch(context);
    const before = await publish(room, 3);
    spoil(proxy, faults);
    const refs = [...before, ...(await publish(room, COMMENTS))];
    await expect.poll(() => shown(page), PATIENCE).toEqual(refs);
    await expect.poll(() => stateOf(page), PATIENCE).toMatch(ends);
    // It goes on as it is.
    refs.push(...(await publish(room, 3)));
    await expect.poll(() => shown(page), PATIENCE).toEqual(refs);
    expect(proxy.requests.filter((line) => rung.test(line))).not.toEqual([]);
  });

  test('every connection is cut after 3 s', LONG, async (context) => {
    const { expect } = context;
    const { room, page, proxy } = await watch(context);
    spoil(proxy, { cutEveryMs: 3000 });
    const refs: string[] = [];
    while (proxy.cuts < 3) refs.push(...(await publish(room, 5)));
    await expect.poll(() => shown(page), PATIENCE).toEqual(refs);
  });
});

const FORCED: [transport: string, state: string, requests: RegExp][] = [
  ['websocket', 'live', SOCKET],
  ['stream', 'live', STREAM],
  ['long-poll', 'polling', POLL],
  ['short-poll', 'polling', POLL],
];
test.for(FORCED)(
  '?transport=%s: what the page sends stands once in its chat, and it hears the others',
  async ([transport, state, asked], context) => {
    const { expect } = context;
    const { room, page, proxy } = await watch(context, transport);
    expect(await stateOf(page)).toBe(state);
    await page.getByTestId('send-text').fill('from me');
    await page.getByTestId('send-button').click();
    await expect.poll(() => shown(page), PATIENCE).toEqual(['c1']);
    await post(`${server.url}/v1/rooms/${room}/comments`, { text: 'an answer' });
    await expect.poll(() => shown(page), PATIENCE).toEqual(['c1', 'c2']);
    expect(await page.getByTestId('chat-list').locator('li').allTextContents()).toHaveLength(2);
    const others = [SOCKET, STREAM, POLL].filter((pattern) => pattern !== asked);
    expect(proxy.requests.filter((line) => asked.test(line))).not.toEqual([]);
    expect(proxy.requests.filter((line) => others.some((pattern) => pattern.test(line)))).toEqual([]);
    expect(proxy.requests.some((line) => WAITING.test(line))).toBe(transport === 'long-poll');
  },
);

function either(...patterns: RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => source).join('|'));
}
