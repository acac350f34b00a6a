import { readFileSync } from 'node:fs';
import { deflateRawSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import type * as Sdk from '../../src/client/index.ts';
import { logged, ScriptedServer } from '../client/scripted-server.ts';
import { launchBrowser } from '../support/browser.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post } from '../support/viewer.ts';

const BUNDLE = new URL('../../dist/client/index.js', import.meta.url);
const DEFLATED = 0x32; // the tag that a deflated frame begins with
const user = { id: 'u1', name: 'Ann' };
const TEXTS = Array.from({ length: 50 }, (_, index) => `弹幕 №${index} 👍🏽 "quoted" <b>${'long '.repeat(index % 7)}end`);

/** What a viewer of the built SDK was told, wherever it runs. */
interface Told {
  readonly states: string[];
  readonly events: Sdk.ToldEvent[];
  readonly protocols: string[];
  /** The first byte of each message that the socket took. */
  readonly heads: number[];
}
type Wanted = Omit<Sdk.ConnectOptions, 'WebSocket' | 'transport'>;

/** Connects by a WebSocket that notes what passes. Speaks of nothing outside itself but its arguments: a browser runs it as well. */
function follow(sdk: typeof Sdk, WebSocketHere: Sdk.WebSocketConstructor, options: Wanted): Told {
  const told: Told = { states: [], events: [], protocols: [], heads: [] };
  const Noting = class extends (WebSocketHere as typeof globalThis.WebSocket) {
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      this.addEventListener('open', () => told.protocols.push(this.protocol));
      this.addEventListener('message', ({ data }) => told.heads.push(new Uint8Array(data)[0] ?? 0));
    }
  };
  const connection = sdk.connect({ ...options, transport: 'websocket', WebSocket: Noting });
  connection.on('state', (state) => told.states.push(state.kind === 'offline' ? state.reason : state.kind));
  connection.on('event', (event) => told.events.push(event));
  return told;
}

let server: ServerProcess;
let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
  server = await startServerProcess({ CHAT_PER_SECOND: '1000' });
});
afterAll(async () => {
  await browser.close();
  await server.stop();
});

interface Follower {
  told(): Promise<Told>;
  leave(): Promise<void>;
}

async function followInNode(options: Wanted): Promise<Follower> {
  const sdk = (await import(BUNDLE.href)) as typeof Sdk;
  const connections: Sdk.Connection[] = [];
  const connect: typeof sdk.connect = (wanted) => {
    const connection = sdk.connect(wanted);
    connections.push(connection);
    return connection;
  };
  const told = follow({ ...sdk, connect }, WebSocket, options);
  return {
    told: async () => told,
    leave: async () => {
      for (const connection of connections) connection.close();
    },
  };
}

async function followInChromium(options: Wanted): Promise<Follower> {
  const page: Page = await browser.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(String(error))); // a rejection that nobody handles is one as well
  // A page that the server itself sends, and one without rules of its own: Chromium lets no other speak to this machine.
  await page.goto(`${server.url}/healthz`);
  await page.route('**/sdk.js', (route) => route.fulfill({ contentType: 'text/javascript', body: readFileSync(BUNDLE, 'utf8') }));
  const following = `(${follow})(sdk, WebSocket, ${JSON.stringify(options)})`;
  await page.evaluate(`import('/sdk.js').then((sdk) => { globalThis.told = ${following}; })`);
  return {
    told: () => page.evaluate('globalThis.told'),
    leave: async () => {
      await page.close();
      expect(problems).toEqual([]);
    },
  };
}

describe.each([
  ['Node', followInNode],
  ['Chromium', followInChromium],
] as const)('The built SDK in %s', (place, followHere) => {
  test.each([
    ['deflated', {}],
    ['plain', { compression: false }],
  ] as const)('is told 50 comments of one POST as they were sent, %s', async (how, options) => {
    const room = `${place}-${how}`;
    const follower = await followHere({ url: server.url, room, ...options });
    await expect.poll(async () => (await follower.told()).states).toEqual(['live']);
    const events = TEXTS.map((text) => ({ comment: { user, text } }));
    expect(await post(`${server.url}/v1/rooms/${room}/events`, { events })).toMatchObject({ status: 200 });
    await expect.poll(async () => (await follower.told()).events.filter((event) => 'comment' in event).length).toBe(50);
    const { events: told, protocols, heads, states } = await follower.told();
    const comments = told.filter((event) => 'comment' in event);
    expect(comments.map(({ comment }) => comment.text)).toEqual(TEXTS);
    const { batches } = (await (await fetch(`${server.url}/v1/rooms/${room}/events?limit=100`)).json()) as Sdk.Joined;
    expect(comments).toEqual(batches.filter(({ lane }) => lane === 'chat').flatMap((batch) => batch.events));
    expect(protocols).toEqual([how === 'deflated' ? 'barrage.v1.protobuf.deflate' : 'barrage.v1.protobuf']);
    expect(heads.includes(DEFLATED)).toBe(how === 'deflated');
    expect(states).toEqual(['live']);
    await follower.leave();
  });

  test.each([
    ['a bomb', { frame: deflateRawSync(Buffer.alloc(100 << 20)) }],
    ['one cut short', { frame: deflateRawSync('weather'.repeat(99)).subarray(0, 9) }],
    ['garbage', { frame: new Uint8Array(5000).fill(0xff) }],
  ])('ends a connection that it cannot inflate: %s', async (_, instead) => {
    const hostile = await ScriptedServer.start();
    const follower = await followHere({ url: hostile.url, room: 'r1' });
    const peer = await hostile.accept();
    peer.joined();
    peer.sendDeflated({ batch: logged('chat', 0, 20) });
    peer.sendDeflated({ batch: logged('chat', 20, 21) }, instead);
    peer.send({ batch: logged('chat', 21, 22) });
    expect(await peer.closed).toBe(1000);
    const { states, events } = await follower.told();
    expect(states.slice(0, 2)).toEqual(['live', 'a frame could not be inflated']);
    expect(events.map(({ offset }) => offset)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
    await follower.leave();
    await hostile.stop();
  });
});
