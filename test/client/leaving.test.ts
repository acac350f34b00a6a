import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { test } from './fixture.ts';

// A process that does not end by itself is ended: late enough that a busy machine has started it and compiled what it imports.
const LIMIT_MS = 50_000;

const VIEWER = `
  import { WebSocket } from 'ws';
  import { connect } from '${new URL('../../src/client/index.ts', import.meta.url)}';
  for (const transport of ['websocket', 'stream', 'long-poll', 'short-poll']) {
    const connection = connect({ url: process.env.SERVER_URL, room: 'r1', transport, WebSocket });
    const closed = new Promise((resolve) => connection.on('state', ({ kind }) => {
      if (kind !== 'live' && kind !== 'polling') return;
      connection.send({ text: 'unanswered' }).catch(() => undefined);
      connection.close();
      resolve();
    }));
    await closed;
  }
`;

test('a Node process ends by itself once its connections are closed, on whatever rung they were', async ({ server }) => {
  const viewer = promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '--eval', VIEWER], {
    env: { ...process.env, SERVER_URL: server.url },
    timeout: LIMIT_MS,
  });
  (await server.accept()).joined();
  (await server.asked('stream')).stream();
  const polls = async () => {
    for (let polled = 0; polled < 2; ) {
      const ask = await server.asked('events').catch(() => undefined); // the unanswered comments
      if (!ask) continue;
      ask.answer();
      polled += 1;
    }
  };
  await polls();
  await expect(viewer).resolves.toEqual({ stdout: '', stderr: '' });
}, 60_000);
