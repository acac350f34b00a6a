import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { SECRET, tokenOf } from '../support/tokens.ts';
import { pageScene } from './page-scene.ts';

const KEY = 'a-server-key';
const WORDS = 'words.txt';

export const token = (role: string, sub = role) =>
  tokenOf({ role, sub, name: sub, rooms: '*', jti: sub, exp: Math.floor(Date.now() / 1000) + 3600 });

export const rowOf = (page: Page, text: string | RegExp) => page.getByTestId('comment-list').locator('li', { hasText: text });
export const outcome = (page: Page) => page.getByTestId('outcome').textContent();
export const tab = (page: Page, name: string) => page.getByTestId(`tab-${name}`).click();

/** Waits until a row is written, which it is not while the list is paused. */
export async function sees(page: Page, text: string): Promise<void> {
  await expect.poll(() => rowOf(page, text).count()).toBe(1);
}

/** A server of a test file, whose word list holds what is doubtful, and for each test a browser's window, as large as a desk has. */
export function studioScene() {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'barrage-studio-'));
    writeFileSync(join(folder, WORDS), 'doubtful = hold\n');
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const scene = pageScene({
    environment: () => ({ HOST: '127.0.0.1', AUTH_SECRET: SECRET, SERVER_KEYS: KEY, WORDS_FILE: join(folder, WORDS) }),
    window: { viewport: { width: 1280, height: 800 } },
    // A refusal and a lost connection are logged by the browser itself.
    expected: /Failed to load resource|WebSocket connection/,
  });

  async function call(path: string, { bearer, body }: { bearer: string; body?: object }) {
    const response = await fetch(`${scene.url()}/v1/rooms/${path}`, {
      headers: { authorization: `Bearer ${bearer}` },
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await response.json()) as { refs?: string[]; error?: { code: string } };
  }

  const open = (path: string, as = token('streamer')) => scene.open(`${path}${as === '' ? '' : `#token=${as}`}`);

  return {
    ...scene,
    call,
    open,
    shoot: (page: Page, name: string) => scene.shoot(page, `studio-${name}`),
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
