import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as Sdk from '../../src/client/index.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';

const BUNDLE = new URL('../../dist/client/index.js', import.meta.url);

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(async () => {
  await server.stop();
});

test('the SDK, codec and all, takes less than 25 KB of a page that is minified and gzipped', () => {
  const { code } = transformSync(readFileSync(BUNDLE, 'utf8'), { minify: true, format: 'esm' });
  expect(gzipSync(code, { level: 9 }).length).toBeLessThan(25_000);
});

test.each(['websocket', 'stream', 'long-poll', 'short-poll'] as const)(
  'the built SDK sends and hears a comment over %s',
  async (transport) => {
    const { connect } = (await import(BUNDLE.href)) as typeof Sdk;
    const room = `sdk-${transport}`;
    const connection = connect({ url: server.url, room, transport, user: { id: 'u1', name: 'Ann' }, WebSocket });
    const texts: string[] = [];
    connection.on('event', (event) => {
      if ('comment' in event) texts.push(event.comment.text);
    });
    expect(await connection.send({ text: '你好' })).toEqual({ ref: 'c1' });
    await expect.poll(() => texts, { timeout: 20_000 }).toEqual(['你好']);
    connection.close();
  },
);
