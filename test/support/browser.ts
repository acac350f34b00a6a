import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium.ts';

type Snapshot = ReturnType<NonNullable<Window['barrageStage']>['snapshot']>;

/** A real Chromium without a window. It asks nobody for updates and keeps nothing. */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (!executablePath) throw new Error('no Chromium: npm test installs it, or says how');
  const args = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ];
  return chromium.launch({ executablePath, args });
}

/** A page that asks nobody but `origin`. What it asks of others is added to `problems`, and so is every error of the page's own. */
export async function guardedPage(context: BrowserContext, { origin, problems }: { origin: string; problems: string[] }): Promise<Page> {
  const page = await context.newPage();
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(String(error)));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) problems.push(`asked for ${request.url()}`);
  });
  return page;
}

/** What the page shows of its stage and of what is pinned. @throws Error while there is no stage */
export async function snapshotOf(page: Page): Promise<Snapshot> {
  const snapshot = await page.evaluate(() => window.barrageStage?.snapshot());
  if (!snapshot) throw new Error('the page has no stage');
  return snapshot;
}

/** The comments on the stage, as they are drawn. */
export async function flyingOn(page: Page): Promise<string[]> {
  const { comments } = await snapshotOf(page);
  return comments.map(({ drawn }) => drawn);
}
