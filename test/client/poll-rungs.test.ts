import { describe, expect } from 'vitest';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import { ambient, logged } from './scripted-server.ts';

describe.each([
  ['short-poll', 'protobuf'],
  ['short-poll', 'json'],
  ['long-poll', 'protobuf'],
] as const)('A %s in %s', (transport, codec) => {
  const isLong = transport === 'long-poll';
  const wait = isLong ? '25' : null;
  /** From a join's answer to the next poll: a long one begins at once, whatever the answer says of short ones. */
  const afterJoin = (nextPollMs: number) => (isLong ? 0 : nextPollMs);

  test('asks at once, then when the server says, always from its cursor', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec });
    const first = await server.asked('events');
    expect([first.cursor, first.url.searchParams.get('wait')]).toEqual([null, null]);
    expect(first.headers.accept).toBe(codec === 'json' ? 'application/json' : 'application/x-protobuf');
    first.answer({ cursor: 'e1.1.2', online: 5, batches: [logged('priority', 0, 1), logged('chat', 0, 2)], nextPollMs: 800 });
    expect(await stateOf(connection, 'polling')).toEqual({ kind: 'polling', transport });
    expect(told.batches).toEqual(['priority 0-1', 'chat 0-2']);
    runtime.advance(afterJoin(799));
    expect(server.untaken).toBe(0);
    runtime.advance(1);
    const second = await server.asked('events');
    expect([second.cursor, second.url.searchParams.get('wait')]).toEqual(['e1.1.2', wait]);
    const batch = next(connection, 'batch');
    second.answer({ cursor: 'e1.1.3', online: 6, batches: [logged('chat', 2, 3)], nextPollMs: 2000 });
    await batch;
    runtime.advance(2000);
    expect((await server.asked('events')).cursor).toBe('e1.1.3');
    expect(told.joined).toHaveLength(1);
    expect(told.online).toEqual([5, 6]);
    expect(told.states).toEqual(['polling']);
  });

  test('asks on at once while there is more', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec, cursor: 'e1.0.0' });
    (await server.asked('events')).answer({ cursor: 'e1.0.2', more: true, batches: [logged('chat', 0, 2)], nextPollMs: 5000 });
    await stateOf(connection, 'polling');
    runtime.advance(0);
    const batch = next(connection, 'batch');
    (await server.asked('events')).answer({ cursor: 'e1.0.3', batches: [logged('chat', 2, 3)], nextPollMs: 5000 });
    await batch;
    expect(told.batches).toEqual(['chat 0-2', 'chat 2-3']);
    expect(told.joined.map(({ recovered }) => recovered)).toEqual([true]);
  });

  test('tells when the server could not go on', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec });
    (await server.asked('events')).answer({ cursor: 'e1.0.2', batches: [logged('chat', 0, 2)], nextPollMs: 750 });
    await stateOf(connection, 'polling');
    runtime.advance(afterJoin(750));
    const joined = next(connection, 'joined');
    const again = { epoch: 'e2', cursor: 'e2.0.1', recovered: false, batches: [logged('chat', 0, 1)] };
    (await server.asked('events')).answer(again);
    expect(await joined).toMatchObject({ epoch: 'e2', recovered: false });
    expect(told.batches).toEqual(['chat 0-2', 'chat 0-1']);
    expect(connection.cursor).toBe('e2.0.1');
  });

  test('tells the count of likes when it changes', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec });
    const totals = () => told.events.flatMap((event) => ('like' in event ? event.like.total : []));
    (await server.asked('events')).answer({ likes: 5, nextPollMs: 750 });
    await stateOf(connection, 'polling');
    for (const [likes, online] of [
      [5, 2],
      [9, 3],
    ] as const) {
      runtime.advance(750);
      const told = next(connection, 'online');
      (await server.asked('events')).answer({ likes, online, nextPollMs: 750 });
      await told;
    }
    expect(totals()).toEqual([5, 9]);
  });

  test('never asks in a circle, nor hardly ever', async ({ client, server, runtime }) => {
    const { connection } = client.connect({ transport, codec });
    (await server.asked('events')).answer({ nextPollMs: 0 });
    await stateOf(connection, 'polling');
    if (isLong) {
      runtime.advance(0);
      const online = next(connection, 'online');
      (await server.asked('events')).answer({ nextPollMs: 0, online: 7 });
      await online;
    }
    runtime.advance(249);
    expect(server.untaken).toBe(0);
    runtime.advance(1);
    const online = next(connection, 'online');
    (await server.asked('events')).answer({ nextPollMs: 2 ** 31, online: 2 });
    await online;
    runtime.advance(60_000);
    await server.asked('events');
  });

  test('comes back with its cursor when an answer is lost', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec });
    (await server.asked('events')).answer({ cursor: 'e1.0.2', batches: [logged('chat', 0, 2)] });
    await stateOf(connection, 'polling');
    runtime.advance(afterJoin(1000));
    (await server.asked('events')).cut();
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect([reason, retryAt]).toEqual(['the server cannot be reached', runtime.unixMs() + 550]);
    runtime.advance(550);
    const ask = await server.asked('events');
    expect([ask.cursor, ask.url.searchParams.get('wait')]).toEqual(['e1.0.2', null]);
    ask.answer({ cursor: 'e1.0.3', batches: [logged('chat', 2, 3)] });
    await stateOf(connection, 'polling');
    expect(told.batches).toEqual(['chat 0-2', 'chat 2-3']);
  });

  test('gives up an answer that does not come', async ({ client, server, runtime }) => {
    const { connection } = client.connect({ transport, codec });
    (await server.asked('events')).answer();
    await stateOf(connection, 'polling');
    runtime.advance(afterJoin(1000));
    const ask = await server.asked('events');
    runtime.advance(isLong ? 35_000 : 10_000);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the server did not answer in time' });
    await ask.closed;
  });

  test('obeys refusals', async ({ client, server, runtime }) => {
    const { connection } = client.connect({ transport, codec });
    (await server.asked('events')).refuse(refuse('draining', { retryAfterMs: 1000 }));
    const { retryAt } = await stateOf(connection, 'offline');
    expect(retryAt).toBe(runtime.unixMs() + 1550);
    runtime.advance(1550);
    (await server.asked('events')).refuse(refuse('invalid_room'));
    expect((await stateOf(connection, 'closed')).error).toMatchObject({ code: 'invalid_room' });
    expect(runtime.pendingTimers).toBe(0);
  });

  test('takes what is no answer for a lost one', async ({ client, server }) => {
    const { connection } = client.connect({ transport, codec });
    (await server.asked('events')).json('<html>');
    expect((await stateOf(connection, 'offline')).reason).toMatch(/something else/);
  });

  test('asks anew where something is missing, and where another room is wanted', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ transport, codec });
    (await server.asked('events')).answer();
    await stateOf(connection, 'polling');
    runtime.advance(afterJoin(1000));
    (await server.asked('events')).answer({ cursor: 'e1.0.6', batches: [logged('chat', 5, 6), ambient({ online: { count: 1 } })] });
    const again = await server.asked('events');
    expect(again.cursor).toBe('e1.0.0');
    connection.join('r2');
    await again.closed;
    const elsewhere = await server.asked('events');
    expect([elsewhere.url.pathname, elsewhere.cursor]).toEqual(['/v1/rooms/r2/events', null]);
    const joined = next(connection, 'joined', ({ room }) => room === 'r2');
    elsewhere.answer({ epoch: 'f1', cursor: 'f1.0.0' });
    await joined;
    expect(told.batches).toEqual([]);
    expect(told.states).toEqual(['polling']);
  });

  test('leaves nothing behind when it is closed, asking or waiting', async ({ client, server, runtime }) => {
    const waiting = client.connect({ transport, codec }).connection;
    (await server.asked('events')).answer();
    await stateOf(waiting, 'polling');
    waiting.close();
    const asking = client.connect({ transport, codec }).connection;
    const ask = await server.asked('events');
    asking.close();
    await ask.closed;
    expect(runtime.pendingTimers).toBe(0);
    expect(runtime.onlineListeners).toBe(0);
  });
});

describe('A short poll', () => {
  test('asks soon after a comment of its own, but no sooner than 250 ms after it last did', async ({ client, server, runtime }) => {
    const { connection } = client.connect({ transport: 'short-poll' });
    (await server.asked('events')).answer({ nextPollMs: 9000 });
    await stateOf(connection, 'polling');
    const send = async () => {
      const sent = connection.send({ text: 'a' });
      (await server.asked('comments')).json({ epoch: 'e1', ref: 'c1' });
      await sent;
    };
    runtime.advance(100);
    await send();
    runtime.advance(149);
    expect(server.untaken).toBe(0);
    runtime.advance(1);
    const ask = await server.asked('events');
    await send(); // while that is under way: its answer may have been made before
    const online = next(connection, 'online');
    ask.answer({ nextPollMs: 9000, online: 2 });
    await online;
    runtime.advance(250);
    const last = next(connection, 'online');
    (await server.asked('events')).answer({ nextPollMs: 9000, online: 3 });
    await last;
    runtime.advance(8999);
    expect(server.untaken).toBe(0);
  });
});
