import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as Sdk from '../../src/client/index.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SECRET, tokenOf } from '../support/tokens.ts';

const BUNDLE = new URL('../../dist/client/index.js', import.meta.url);
const TRANSPORTS = ['websocket', 'stream', 'long-poll', 'short-poll'] as const;

let server: ServerProcess;
let connect: typeof Sdk.connect;
beforeAll(async () => {
  ({ connect } = (await import(BUNDLE.href)) as typeof Sdk);
  server = await startServerProcess({ HOST: '127.0.0.1', AUTH_SECRET: SECRET, AUTH_CLOCK_TOLERANCE: '0', GUESTS: 'none' });
});
afterAll(async () => {
  await server.stop();
});

const bearer = (name: string, seconds: number) => tokenOf({ sub: name, name, exp: Math.floor(Date.now() / 1000) + seconds });
const options = (transport: (typeof TRANSPORTS)[number]) => ({ url: server.url, room: `token-${transport}`, transport, WebSocket });

test.each(TRANSPORTS)('the SDK speaks as its token says over %s, and asks for another where one has run out', async (transport) => {
  const tokens = [bearer('Late', -5), bearer('Ann', 3600)];
  const asked: string[] = [];
  const token = async () => {
    asked.push(transport);
    return tokens[asked.length - 1] ?? 'none';
  };
  const connection = connect({ ...options(transport), token });
  const names: string[] = [];
  connection.on('event', (event) => {
    if ('comment' in event) names.push(event.comment.user.name);
  });
  expect(await connection.send({ text: 'hi', user: { id: 'x', name: 'Somebody else' } })).toEqual({ ref: 'c1' });
  await expect.poll(() => names, { timeout: 20_000 }).toEqual(['Ann']);
  expect(asked).toHaveLength(2);
  connection.close();
});

test.each(TRANSPORTS)('a token that is refused for good ends the connection over %s, and says why', async (transport) => {
  const asked: string[] = [];
  const wrong = () => {
    asked.push(transport);
    return tokenOf({}, { secret: `${SECRET}.` });
  };
  for (const token of [wrong(), wrong]) {
    const connection = connect({ ...options(transport), token });
    await expect.poll(() => connection.state, { timeout: 20_000 }).toMatchObject({ kind: 'closed', error: { code: 'unauthorized' } });
  }
  // Once for the string; then once, and once more for a better one.
  expect(asked).toHaveLength(3);
});

test('a connection is told before its token ends, and goes on under the next without a break', async () => {
  const tokens = [bearer('Ann', 50), bearer('Bea', 3600)];
  let asked = 0;
  const connection = connect({ ...options('websocket'), room: 'renewed', token: () => tokens[asked++] ?? 'none' });
  const states: string[] = [];
  const names: string[] = [];
  connection.on('state', ({ kind }) => states.push(kind));
  connection.on('event', (event) => {
    if ('comment' in event) names.push(event.comment.user.name);
  });
  await expect.poll(() => asked).toBe(2);
  await connection.send({ text: 'hi' });
  await expect.poll(() => names).toEqual(['Bea']);
  expect(states).toEqual(['live']);
  connection.close();
});
