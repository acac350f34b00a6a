import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../../bench/lib/free-port.ts';
import type * as Sdk from '../../src/client/index.ts';
import type { Batch } from '../../src/protocol/event.ts';
import { rawRequest } from '../support/raw-http.ts';
import { RawStream } from '../support/raw-stream.ts';
import { RedisServer } from '../support/redis-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { until } from '../support/until.ts';
import { post, Viewer } from '../support/viewer.ts';
import { hasProxy, type ProxyName, type ProxyProcess, startProxy } from './proxy-process.ts';
import { Samples } from './samples.ts';

const SDK = new URL('../../dist/client/index.js', import.meta.url);
const SAY_EVERY_MS = 20;

let redis: RedisServer;
beforeAll(async () => {
  redis = await RedisServer.start();
});
afterAll(() => redis.stop());

const started: { stop(signal?: 'SIGKILL'): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const each of started.splice(0).reverse()) await each.stop('SIGKILL');
});

/** @param port - a named one: the kernel gives a port that it chose itself not back at once */
async function startNode(port?: number): Promise<ServerProcess> {
  const PORT = String(port ?? (await freePort()));
  const node = await startServerProcess({ PORT, REDIS_URL: redis.url, DRAIN_MS: '1500' });
  started.push(node);
  return node;
}

async function start(name: ProxyName): Promise<{ nodes: readonly [ServerProcess, ServerProcess]; proxy: ProxyProcess }> {
  const nodes = [await startNode(), await startNode()] as const;
  const proxy = await startProxy(name, [nodes[0].port, nodes[1].port]);
  started.push(proxy);
  await redis.ask((client) => client.flushall()); // a room of the test before
  return { nodes, proxy };
}

/** Says one thing after the other, each until it is stored, once. */
async function speak({ url }: ProxyProcess, signal: AbortSignal): Promise<string[]> {
  const said: string[] = [];
  while (!signal.aborted) {
    const text = `saying ${said.length + 1}`;
    const events = [{ comment: { user: { id: 'u1', name: 'Ann' }, text } }];
    const isStored = () =>
      post(`${url}/v1/rooms/r/events`, { events }, { 'Idempotency-Key': text }).then(
        ({ status }) => status === 200,
        () => false, // a proxy's answer, which is no JSON
      );
    while (!(await isStored())) await pause(SAY_EVERY_MS);
    said.push(text);
    await pause(SAY_EVERY_MS);
  }
  return said;
}

/** Viewers as the SDK makes them, and what each was told. */
async function watch({ url }: ProxyProcess, count: number) {
  const { connect } = (await import(SDK.href)) as typeof Sdk;
  return Array.from({ length: count }, () => {
    const connection = connect({ url, room: 'r', WebSocket });
    const texts: string[] = [];
    connection.on('event', (event) => {
      if ('comment' in event) texts.push(event.comment.text);
    });
    return { connection, texts };
  });
}

describe.each(['haproxy', 'nginx'] as const)('two nodes behind %s', (name) => {
  const isThere = hasProxy(name);

  test.skipIf(!isThere)(
    `viewers of every transport, on both nodes, hear what is said through it${isThere ? '' : `: no ${name} here`}`,
    async () => {
      const { nodes, proxy } = await start(name);
      const viewers = await Promise.all(Array.from({ length: 8 }, () => Viewer.join(proxy.url, 'r')));
      const stream = await RawStream.open(`${proxy.url}/v1/rooms/r/stream`);
      const { cursor } = (await viewers[0]?.joined()) ?? {};
      const poll = rawRequest(`${proxy.url}/v1/rooms/r/events?wait=30&cursor=${cursor}`);
      const waiting = async () => {
        const samples = await Promise.all(nodes.map(Samples.of));
        return samples.reduce((sum, of) => sum + of.sum('barrage_connections', { transport: 'poll' }), 0);
      };
      await until('the poll waits', async () => (await waiting()) === 1);
      await post(`${proxy.url}/v1/rooms/r/comments`, { text: 'to all' });
      await Promise.all(viewers.map((viewer) => viewer.comment('to all')));
      await until('the stream tells it', () => stream.text.includes('to all'));
      expect((await poll).body.toString()).toContain('to all');
      const short = await (await fetch(`${proxy.url}/v1/rooms/r/events`)).json();
      expect((short as { batches: Batch[] }).batches.flatMap(({ events }) => events)).toMatchObject([{ comment: { text: 'to all' } }]);
      for (const node of nodes) expect((await Samples.of(node)).sum('barrage_connections', { transport: 'websocket' })).toBeGreaterThan(0);
      expect((await fetch(`${proxy.url}/metrics`)).status).toBe(404);
      stream.close();
    },
  );

  test.skipIf(!isThere)(
    `a node that stops takes nothing with it: viewers go to the other and miss nothing, new ones notice nothing${isThere ? '' : `: no ${name} here`}`,
    async () => {
      const { nodes, proxy } = await start(name);
      const watchers = await watch(proxy, 8);
      await until('all are here', () => watchers.every(({ connection }) => connection.state.kind === 'live'));
      const silence = new AbortController();
      const speaking = speak(proxy, silence.signal);
      await until('something was said', () => watchers.every(({ texts }) => texts.length > 5));
      const stopped = nodes[0].stop();
      const isTold = new Promise<void>((resolve) => {
        for (const { connection } of watchers) connection.on('state', ({ kind }) => kind === 'offline' && resolve());
      });
      await isTold;
      const late = await Promise.all(Array.from({ length: 6 }, () => Viewer.join(proxy.url, 'r')));
      expect(await stopped).toBe(0);
      for (const viewer of late) expect(viewer.socket.readyState).toBe(WebSocket.OPEN);
      await until('all are back', () => watchers.every(({ connection }) => connection.state.kind === 'live'));
      silence.abort();
      const said = await speaking;
      for (const { connection, texts } of watchers) {
        await until('all was heard', () => texts.length >= said.length);
        expect(texts).toEqual(said);
        connection.close();
      }
      expect((await Samples.of(nodes[1])).sum('barrage_connections', { transport: 'websocket' })).toBeGreaterThan(0);
    },
  );

  test.skipIf(!isThere)(
    `while Redis is away it passes on what the nodes still answer, and what they refuse${isThere ? '' : `: no ${name} here`}`,
    async () => {
      const { nodes, proxy } = await start(name);
      for (const { url } of nodes) await fetch(`${url}/v1/rooms/r/events`);
      redis.pause();
      const askedInVain = async (node: ServerProcess) =>
        (await Samples.of(node)).sum('barrage_refusals_total', { code: 'broker_unavailable' });
      try {
        await until('both nodes have told the proxy that they are not ready', async () => {
          // HAProxy asks by itself. Who asks nginx for something that is refused is all that it knows a node by.
          if (name === 'nginx') await fetch(`${proxy.url}/v1/rooms/elsewhere/events`);
          return (await Promise.all(nodes.map(askedInVain))).every((times) => times >= 2);
        });
        for (let times = 0; times < 4; times++) {
          expect((await fetch(`${proxy.url}/v1/rooms/r/events`)).status).toBe(200);
          await (await Viewer.join(proxy.url, 'r')).leave();
          const refused = await fetch(`${proxy.url}/v1/rooms/elsewhere/events`);
          expect([refused.status, await refused.json()]).toMatchObject([503, { error: { code: 'broker_unavailable' } }]);
        }
      } finally {
        redis.resume();
      }
      await until('both are ready again', async () =>
        (await Promise.all(nodes.map(({ url }) => fetch(`${url}/readyz`)))).every(({ ok }) => ok),
      );
      expect((await fetch(`${proxy.url}/v1/rooms/elsewhere/events`)).status).toBe(200);
    },
  );

  test.skipIf(!isThere)(
    `a node that is killed is not asked any more, and gets viewers again when it is back${isThere ? '' : `: no ${name} here`}`,
    async () => {
      const { nodes, proxy } = await start(name);
      const watchers = await watch(proxy, 4);
      await until('all are here', () => watchers.every(({ connection }) => connection.state.kind === 'live'));
      await nodes[0].stop('SIGKILL');
      const viewers = await Promise.all(Array.from({ length: 4 }, () => Viewer.join(proxy.url, 'r')));
      expect(viewers.map(({ socket }) => socket.readyState)).toEqual(viewers.map(() => WebSocket.OPEN));
      await until('all are back', () => watchers.every(({ connection }) => connection.state.kind === 'live'));
      const again = await startNode(nodes[0].port);
      await until('it has viewers', async () => {
        await (await Viewer.join(proxy.url, 'r')).joined();
        return (await Samples.of(again)).sum('barrage_connections', { transport: 'websocket' }) > 0;
      });
      for (const { connection } of watchers) connection.close();
    },
  );
});
