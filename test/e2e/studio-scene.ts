import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { freePort } from '../../bench/lib/free-port.ts';
import { guardedPage, launchBrowser } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SECRET, tokenOf } from '../support/tokens.ts';

const ARTIFACTS = 'test/.artifacts';
const KEY = 'a-server-key';

export const token = (role: string, sub = role) =>
  tokenOf({ role, sub, name: sub, rooms: '*', jti: sub, exp: Math.floor(Date.now() / 1000) + 3600 });

export const rowOf = (page: Page, text: string | RegExp) => page.getByTestId('comment-list').locator('li', { hasText: text });
export const outcome = (page: Page) => page.getByTestId('outcome').textContent();
export const tab = (page: Page, name: string) => page.getByTestId(`tab-${name}`).click();
export const shoot = (page: Page, name: string) => page.screenshot({ path: `${ARTIFACTS}/studio-${name}.png` });

/** Waits until a row is written, which it is not while the list is paused. */
export async function sees(page: Page, text: string): Promise<void> {
  await expect.poll(() => rowOf(page, text).count()).toBe(1);
}

/** A server of a test file, whose word list holds what is doubtful, and for each test a browser's window, as large as a desk has. */
export function studioScene() {
  let browser: Browser;
  let context: BrowserContext;
  let server: ServerProcess;
  let folder: string;
  let options: Record<string, string>;
  let problems: string[];
  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    folder = mkdtempSync(join(tmpdir(), 'barrage-studio-'));
    const words = join(folder, 'words.txt');
    writeFileSync(words, 'doubtful = hold\n');
    browser = await launchBrowser();
    options = { HOST: '127.0.0.1', PORT: String(await freePort()), AUTH_SECRET: SECRET, SERVER_KEYS: KEY, WORDS_FILE: words };
    server = await startServerProcess(options);
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    rmSync(folder, { recursive: true });
  });
  beforeEach(async () => {
    problems = [];
    context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  });
  afterEach(async () => {
    await context.close();
    // A refusal and a lost connection are logged by the browser itself; nothing else may be.
    expect(problems.filter((problem) => !/Failed to load resource|WebSocket connection/.test(problem))).toEqual([]);
  });

  async function call(path: string, { bearer, body }: { bearer: string; body?: object }) {
    const response = await fetch(`${server.url}/v1/rooms/${path}`, {
      headers: { authorization: `Bearer ${bearer}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await response.json()) as { refs?: string[]; error?: { code: string } };
  }

  async function open(path: string, as = token('streamer')): Promise<Page> {
    const page = await guardedPage(context, { origin: server.url, problems });
    await page.goto(`${server.url}${path}${as === '' ? '' : `#token=${as}`}`);
    return page;
  }

  return {
    call,
    open,
    url: () => server.url,
    /** In place of the test's window. */
    async useWindow(window: BrowserContextOptions): Promise<void> {
      await context.close();
      context = await browser.newContext(window);
    },
    killServer: () => server.stop('SIGKILL'),
    async startServerAgain(): Promise<void> {
      server = await startServerProcess(options);
    },
    /** @returns the code of its refusal, or `said` */
    async say(room: string, user: string, text: string): Promise<string> {
      const { error } = await call(`${room}/comments`, { bearer: token('viewer', user), body: { text } });
      return error?.code ?? 'said';
    },
    publish: (room: string, ...events: object[]) => call(`${room}/events`, { bearer: KEY, body: { events } }),
    /** A studio that has joined its room. */
    async openStudio(room: string, as?: string): Promise<Page> {
      const page = await open(`/studio/${room}`, as);
      await expect.poll(() => page.getByTestId('state-pill').textContent()).toBe('Live');
      return page;
    },
  };
}
