import { describe, expect } from 'vitest';
import type { Connection } from '../../src/client/types.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import type { ManualRuntime } from './manual-runtime.ts';
import { logged, type ScriptedServer } from './scripted-server.ts';

/** Waits until the connection is down, and lets its back-off pass. */
async function retry(connection: Connection, runtime: ManualRuntime): Promise<void> {
  const { retryAt } = await stateOf(connection, 'offline');
  runtime.advance(retryAt - runtime.unixMs());
}

interface Climb {
  readonly server: ScriptedServer;
  readonly runtime: ManualRuntime;
  readonly connection: Connection;
}

/** Comes down to the stream because the server asks for it. */
async function comeToStream({ server, runtime, connection }: Climb) {
  (await server.accept()).close(4100);
  await retry(connection, runtime);
  return takeStream({ server, connection });
}

/** Comes down to the stream through two blocked upgrades. */
async function fleeToStream({ server, runtime, connection }: Climb) {
  server.upgrades = 'blocked';
  await retry(connection, runtime);
  await retry(connection, runtime);
  return takeStream({ server, connection });
}

async function takeStream({ server, connection }: Pick<Climb, 'server' | 'connection'>) {
  const ask = await server.asked('stream');
  ask.stream({ cursor: ask.cursor ?? 'e1.0.0' });
  await stateOf(connection, 'live');
  return ask;
}

/** Lets a comment come over the stream, and so much time pass that the better rung is tried beside it, and taken. */
async function tryBetter({ stream, server, runtime, connection }: Climb & { stream: Awaited<ReturnType<typeof comeToStream>> }) {
  const heard = next(connection, 'batch');
  runtime.advance(30_000);
  stream.batch(logged('chat', 0, 1));
  await heard;
  runtime.advance(7_500);
  return server.accept();
}

describe('The ladder down', () => {
  test('blocked upgrades lead to the stream', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb({ cursor: 'e1.0.4' });
    await fleeToStream({ server, runtime, connection });
    expect(connection.state).toEqual({ kind: 'live', transport: 'stream' });
    expect(told.states).toEqual(['offline', 'connecting', 'offline', 'connecting', 'live']);
    expect(connection.cursor).toBe('e1.0.4');
  });

  test('a stream that is cut again and again leads to the long poll, that to the short poll; nothing is lost or repeated', async ({
    client,
    server,
    runtime,
  }) => {
    const { connection, told } = client.climb();
    let ask = await comeToStream({ server, runtime, connection });
    let offset = 0;
    for (let life = 0; life < 3; life++) {
      if (life > 0) {
        ask = await server.asked('stream');
        expect(ask.cursor).toBe(`e1.0.${offset}`);
        ask.stream({ cursor: `e1.0.${offset}` });
        await stateOf(connection, 'live');
      }
      const batch = next(connection, 'batch');
      ask.batch(logged('chat', offset, offset + 1));
      await batch;
      offset += 1;
      runtime.advance(3000);
      ask.cut();
      await retry(connection, runtime);
    }
    for (let life = 0; life < 3; life++) {
      const first = await server.asked('events');
      expect(first.cursor).toBe(`e1.0.${offset}`);
      first.answer({ cursor: `e1.0.${offset + 1}`, batches: [logged('chat', offset, offset + 1)] });
      offset += 1;
      expect(await stateOf(connection, 'polling')).toMatchObject({ transport: 'long-poll' });
      runtime.advance(1000);
      const held = await server.asked('events');
      expect(held.url.searchParams.get('wait')).toBe('25');
      held.cut();
      await retry(connection, runtime);
    }
    (await server.asked('events')).answer({ cursor: `e1.0.${offset + 1}`, batches: [logged('chat', offset, offset + 1)] });
    expect(await stateOf(connection, 'polling')).toMatchObject({ transport: 'short-poll' });
    expect(told.events.map((event) => event.offset)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(told.joined.every(({ recovered }) => recovered)).toBe(true);
  });

  test('a close that asks for another transport leads down at once', async ({ client, server, runtime }) => {
    const { connection } = client.climb();
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.0.3' });
    await stateOf(connection, 'live');
    peer.close(4100, 'too slow');
    await retry(connection, runtime);
    expect((await server.asked('stream')).cursor).toBe('e1.0.3');
  });

  test('a viewer closed for lagging takes in what it was sent before, and goes on by the stream from there', async ({
    client,
    server,
    runtime,
  }) => {
    const { connection, told } = client.climb();
    const peer = await server.accept();
    peer.joined();
    await stateOf(connection, 'live');
    peer.sendDeflated({ batch: logged('chat', 0, 40) });
    peer.send({ batch: logged('priority', 0, 1) });
    peer.close(4100, 'lagging');
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect(reason).toBe('lagging');
    expect(retryAt - runtime.unixMs()).toBeLessThanOrEqual(1000);
    await retry(connection, runtime);
    const ask = await server.asked('stream');
    expect(ask.cursor).toBe('e1.1.40');
    ask.stream({ cursor: 'e1.1.40' });
    expect(await stateOf(connection, 'live')).toEqual({ kind: 'live', transport: 'stream' });
    expect(told.batches).toEqual(['chat 0-40', 'priority 0-1']);
    expect(told.joined.every(({ recovered }) => recovered)).toBe(true);
  });

  test('a stream ended for lagging leads to polls at once', async ({ client, server, runtime }) => {
    const { connection } = client.climb();
    (await server.accept()).close(4100);
    await retry(connection, runtime);
    const ask = await server.asked('stream');
    ask.stream({ cursor: 'e1.0.3' });
    await stateOf(connection, 'live');
    ask.write(`event: lagging\ndata: ${JSON.stringify({ error: refuse('lagging').refusal })}\n\n`);
    await retry(connection, runtime);
    expect((await server.asked('events')).cursor).toBe('e1.0.3');
  });

  test.for(['too_many_connections', 'not_found'] as const)(
    'a stream refused with %s leads to polls at once',
    async (code, { client, server, runtime }) => {
      const { connection } = client.climb();
      (await server.accept()).close(4100);
      await retry(connection, runtime);
      (await server.asked('stream')).refuse(refuse(code));
      await retry(connection, runtime);
      await server.asked('events');
    },
  );

  test('a draining server is waited for on the same rung', async ({ client, server, runtime }) => {
    const { connection } = client.climb();
    for (let times = 0; times < 4; times++) {
      (await server.accept()).close(4000);
      await retry(connection, runtime);
    }
    expect(connection.state).toEqual({ kind: 'connecting', attempt: 5 });
    await server.accept();
  });

  test('a forced transport is not left', async ({ client, server, runtime }) => {
    const { connection } = client.climb({ transport: 'long-poll' });
    for (let times = 0; times < 4; times++) {
      (await server.asked('events')).cut();
      await retry(connection, runtime);
    }
    (await server.asked('events')).answer({ nextPollMs: 60_000 });
    expect(await stateOf(connection, 'polling')).toMatchObject({ transport: 'long-poll' });
    runtime.advance(59_000);
    expect(server.untaken).toBe(0);
  });
});

describe('The way back', () => {
  test('after an outage the WebSocket joins beside the stream seconds after it is live', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb();
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.0.3' });
    await stateOf(connection, 'live');
    server.upgrades = 'blocked';
    peer.cut();
    await retry(connection, runtime);
    const stream = await fleeToStream({ server, runtime, connection });
    server.upgrades = 'taken';
    runtime.advance(2_500);
    const back = await server.accept();
    expect(back.url.searchParams.get('cursor')).toBe('e1.0.3');
    const heard = next(connection, 'batch');
    back.joined({ cursor: 'e1.0.4', batches: [logged('chat', 3, 4)] });
    await heard;
    await stream.closed;
    expect(connection.state).toEqual({ kind: 'live', transport: 'websocket' });
    expect(told.batches).toEqual(['chat 3-4']);
  });
});

describe('The ladder up', () => {
  test('the better rung joins beside the working one, and nothing is lost or told twice', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb();
    const stream = await comeToStream({ server, runtime, connection });
    runtime.advance(30_000); // silence so far is no matter: less than 35 s
    const first = next(connection, 'batch');
    stream.batch(logged('chat', 0, 2));
    await first;
    runtime.advance(7_500);
    const peer = await server.accept();
    expect(peer.url.searchParams.get('cursor')).toBe('e1.0.2');
    const second = next(connection, 'batch');
    stream.batch(logged('chat', 2, 4)); // while the better one is joining
    await second;
    expect(connection.state).toEqual({ kind: 'live', transport: 'stream' });
    const third = next(connection, 'batch');
    peer.joined({ cursor: 'e1.0.5', batches: [logged('chat', 2, 5)] });
    await third;
    await stream.closed;
    expect(connection.state).toEqual({ kind: 'live', transport: 'websocket' });
    const last = next(connection, 'batch');
    peer.send({ batch: logged('chat', 5, 6) });
    await last;
    expect(told.batches).toEqual(['chat 0-2', 'chat 2-4', 'chat 4-5', 'chat 5-6']);
    expect(told.states.slice(-2)).toEqual(['live', 'live']);
    expect(told.joined.every(({ recovered }) => recovered)).toBe(true);
  });

  test('a better rung whose answer is older than what is known takes nothing back', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb();
    const stream = await comeToStream({ server, runtime, connection });
    runtime.advance(34_000);
    const heard = next(connection, 'batch');
    stream.batch(logged('chat', 0, 9));
    await heard;
    runtime.advance(3_500);
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.0.7' });
    await next(connection, 'joined');
    expect(connection.cursor).toBe('e1.0.9');
    const last = next(connection, 'batch');
    peer.send({ batch: logged('chat', 7, 10) });
    await last;
    expect(told.batches).toEqual(['chat 0-9', 'chat 9-10']);
  });

  test('a try that fails changes nothing', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb();
    const stream = await comeToStream({ server, runtime, connection });
    const states = told.states.length;
    runtime.advance(34_000);
    const heard = next(connection, 'batch');
    stream.batch(logged('chat', 0, 1));
    await heard;
    runtime.advance(3_500);
    const peer = await server.accept();
    peer.close(4400, 'not you'); // refused for good, there: not here
    await peer.closed;
    const batch = next(connection, 'batch');
    stream.batch(logged('chat', 1, 2));
    await batch;
    expect(told.states).toHaveLength(states);
    expect(connection.state).toEqual({ kind: 'live', transport: 'stream' });
  });

  test('a better rung that is lost soon is left at once for the one that worked', async ({ client, server, runtime }) => {
    const { connection } = client.climb();
    const stream = await comeToStream({ server, runtime, connection });
    const peer = await tryBetter({ stream, server, runtime, connection });
    peer.joined({ cursor: 'e1.0.1' });
    await next(connection, 'joined');
    runtime.advance(3000);
    peer.cut();
    await retry(connection, runtime);
    expect((await server.asked('stream')).cursor).toBe('e1.0.1');
  });

  test('closing while a better rung is tried leaves nothing behind', async ({ client, server, runtime }) => {
    const { connection } = client.climb();
    const stream = await comeToStream({ server, runtime, connection });
    const peer = await tryBetter({ stream, server, runtime, connection });
    connection.close();
    await Promise.all([peer.closed, stream.closed]);
    expect(runtime.pendingTimers).toBe(0);
  });

  test('going to another room ends the try; the next goes there', async ({ client, server, runtime }) => {
    const { connection, told } = client.climb();
    const before = await comeToStream({ server, runtime, connection });
    const peer = await tryBetter({ stream: before, server, runtime, connection });
    connection.join('r2');
    await peer.closed;
    const ask = await server.asked('stream');
    expect(ask.url.pathname).toBe('/v1/rooms/r2/stream');
    const joined = next(connection, 'joined', ({ room }) => room === 'r2');
    ask.stream({ room: 'r2', epoch: 'f1', cursor: 'f1.0.0' });
    await joined;
    expect(told.states.at(-1)).toBe('live');
  });
});
