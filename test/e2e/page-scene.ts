import { mkdirSync } from 'node:fs';
import type { Browser, BrowserContext, BrowserContextOptions, Page, PageScreenshotOptions } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { freePort } from '../../bench/lib/free-port.ts';
import { guardedPage, launchBrowser } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const ARTIFACTS = 'test/.artifacts';
const NOTHING = /(?!)/;
const DESKTOP = { viewport: { width: 1280, height: 720 } };

export interface PageSceneOptions {
  /** Asked before the server starts. */
  readonly environment?: () => Readonly<Record<string, string>>;
  /** Of every test, unless it uses another. */
  readonly window?: BrowserContextOptions;
  /** What pages may complain of. */
  readonly expected?: RegExp;
}

/** For a file of tests of pages: a server, a browser, and for each test a window of its own. A test whose pages complain fails. */
export function pageScene({ environment = () => ({}), window = DESKTOP, expected = NOTHING }: PageSceneOptions = {}) {
  let browser: Browser;
  let context: BrowserContext;
  let server: ServerProcess;
  let port: string;
  let problems: string[];
  const startServer = async () => {
    server = await startServerProcess({ ...environment(), PORT: port });
  };
  const page = () => guardedPage(context, { origin: server.url, problems });

  beforeAll(async () => {
    mkdirSync(ARTIFACTS, { recursive: true });
    browser = await launchBrowser();
    port = String(await freePort());
    await startServer();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
  });
  beforeEach(async () => {
    problems = [];
    context = await browser.newContext(window);
  });
  afterEach(async () => {
    await context.unrouteAll({ behavior: 'ignoreErrors' });
    await context.close();
    expect(problems.filter((problem) => !expected.test(problem))).toEqual([]);
  });

  return {
    url: () => server.url,
    context: () => context,
    page,
    /** @param path - of a page, with its query and hash */
    async open(path: string): Promise<Page> {
      const opened = await page();
      await opened.goto(server.url + path);
      return opened;
    },
    /** In place of the test's window. */
    async useWindow(other: BrowserContextOptions): Promise<void> {
      await context.close();
      context = await browser.newContext(other);
    },
    /** Keeps a picture for whoever wants to look. */
    shoot: (shown: Page, name: string, options?: PageScreenshotOptions) =>
      shown.screenshot({ ...options, path: `${ARTIFACTS}/${name}.png` }),
    killServer: () => server.stop('SIGKILL'),
    /** At the same address. */
    startServerAgain: startServer,
  };
}
