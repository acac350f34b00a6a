import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { launchBrowser } from '../support/browser.ts';
import { Reading } from '../support/reading.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { tellStreamMessage } from '../support/stream-reading.ts';
import { TcpProxy } from '../support/tcp-proxy.ts';
import { post } from '../support/viewer.ts';

/** What the page keeps of an EventSource: its events, and the states it told. */
interface Heard {
  readonly events: { readonly type: string; readonly id: string; readonly data: string }[];
  readonly states: number[];
}

const user = { id: 'u1', name: 'Ann' };
let browser: Browser;
let server: ServerProcess;
let proxy: TcpProxy;
let page: Page;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '20' });
  proxy = new TcpProxy(server.port);
  const url = await proxy.start();
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto(`${url}/healthz`); // any page of the origin
});
afterAll(async () => {
  await browser.close();
  await proxy.stop();
  await server.stop();
});
afterEach(async () => {
  await page.evaluate(() => (globalThis as unknown as { source?: EventSource }).source?.close());
});

/** Opens a browser's own EventSource. Its types are the room's, and what it hears is kept in the page. */
async function listen(path: string): Promise<() => Promise<Heard>> {
  await page.evaluate((address) => {
    const source = new EventSource(address);
    const heard: { events: unknown[]; states: number[] } = { events: [], states: [] };
    for (const type of ['joined', 'batch', 'draining', 'message']) {
      source.addEventListener(type, ({ data, lastEventId }) => heard.events.push({ type, id: lastEventId, data }));
    }
    source.addEventListener('open', () => heard.states.push(source.readyState));
    source.addEventListener('error', () => heard.states.push(source.readyState));
    Object.assign(globalThis, { source, heard });
  }, path);
  return () => page.evaluate(() => (globalThis as unknown as { heard: Heard }).heard);
}

/** The events as a reading; an EventSource tells the last id again with an event that has none. */
function readingOf({ events }: Heard): Reading {
  const [first] = events;
  const isRecovered = first ? (JSON.parse(first.data) as { recovered: boolean }).recovered : true;
  const reading = new Reading(isRecovered ? undefined : 'other.0.0');
  for (const { type, id, data } of events) {
    const isAmbient = type === 'batch' && (JSON.parse(data) as { lane: string }).lane === 'ambient';
    if (isAmbient) expect(id).toBe(reading.cursor);
    tellStreamMessage(reading, [
      { field: 'event', value: type },
      { field: 'data', value: data },
      ...(isAmbient ? [] : [{ field: 'id', value: id }]),
    ]);
  }
  return reading;
}

const publish = (room: string, texts: readonly string[]) =>
  post(`${server.url}/v1/rooms/${room}/events`, {
    events: [...texts.map((text) => ({ comment: { user, text } })), { like: { count: 1 } }],
  });

test('an EventSource hears a room as it is', async () => {
  const heard = await listen('/v1/rooms/plain/stream');
  await expect.poll(async () => (await heard()).events.length).toBeGreaterThan(0);
  await publish('plain', ['你好 🎆', 'b']);
  await expect.poll(async () => readingOf(await heard()).texts).toEqual(['你好 🎆', 'b']);
  const { events, states } = await heard();
  expect(events[0]).toMatchObject({ type: 'joined' });
  expect([readingOf({ events, states }).faults, states]).toEqual([[], [1]]);
});

test('an EventSource that is cut off connects again by itself, goes on by its last id, and misses nothing', async () => {
  const heard = await listen('/v1/rooms/cut/stream?cursor=other.0.0');
  await expect.poll(async () => (await heard()).events.length).toBeGreaterThan(0);
  await publish('cut', ['a', 'b']);
  await expect.poll(async () => readingOf(await heard()).texts).toEqual(['a', 'b']);
  proxy.cut();
  await publish('cut', ['c', 'd']);
  // The address still says another cursor, from which nothing could be continued.
  await expect.poll(async () => readingOf(await heard()).texts).toEqual(['a', 'b', 'c', 'd']);
  const { events, states } = await heard();
  const joins = events.filter(({ type }) => type === 'joined').map(({ data }) => (JSON.parse(data) as { recovered: boolean }).recovered);
  expect(joins).toEqual([false, true]);
  expect(states).toEqual([1, 0, 1]);
});

test('an EventSource that is refused gives up', async () => {
  const heard = await listen('/v1/rooms/r/stream?cursor=yesterday');
  await expect.poll(async () => (await heard()).states).toEqual([2]);
  expect((await heard()).events).toEqual([]);
});
