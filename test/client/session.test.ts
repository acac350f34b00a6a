import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect } from 'vitest';
import { next, stateOf, test } from './fixture.ts';
import { ambient, logged } from './scripted-server.ts';

const like = ambient({ like: { count: 1, total: 1 } });

describe('A session that finds a gap', () => {
  test('joins again with its cursor, and leaves out what comes before the answer', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    peer.send({ batch: logged('chat', 0, 2) });
    peer.send({ batch: logged('chat', 5, 6) });
    const { id = 0, join } = await peer.next('join');
    expect(join).toEqual({ room: 'r1', cursor: 'e1.0.2' });
    peer.send({ batch: logged('chat', 6, 7) });
    peer.joined({ cursor: 'e1.0.7', batches: [logged('chat', 2, 7)] });
    peer.send({ ack: { id } });
    const batch = next(connection, 'batch', ({ to }) => to === 8);
    peer.send({ batch: logged('chat', 7, 8) });
    await batch;
    expect(told.batches).toEqual(['chat 0-2', 'chat 2-7', 'chat 7-8']);
    expect(told.states).toEqual(['live']);
    expect(told.joined).toHaveLength(2);
  });

  test('tells when what was missing cannot be had', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    peer.send({ batch: logged('priority', 900, 901) });
    await peer.next('join');
    const joined = next(connection, 'joined');
    peer.joined({ cursor: 'e1.901.0', recovered: false, batches: [logged('priority', 886, 901)] });
    expect((await joined).recovered).toBe(false);
    expect(told.batches).toEqual(['priority 886-901']);
  });

  test('connects anew when the gap is there again right after', async ({ client, server, runtime }) => {
    const { connection, peer } = await client.live();
    peer.send({ batch: logged('chat', 5, 6) });
    await peer.next('join');
    peer.joined();
    peer.send({ batch: logged('chat', 6, 7) });
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect(reason).toMatch(/left out events/);
    expect(await peer.closed).toBe(1000);
    runtime.advance(retryAt - runtime.unixMs());
    expect((await server.accept()).url.searchParams.get('cursor')).toBe('e1.0.0');
  });

  test('joins again at a gap that comes later', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    for (const _ of ['first', 'second']) {
      peer.send({ batch: logged('chat', 5, 6) });
      await peer.next('join');
      const joined = next(connection, 'joined');
      peer.joined();
      await joined;
      runtime.advance(10_000);
    }
    expect(connection.state.kind).toBe('live');
  });

  test('holds comments back until it has joined again', async ({ client }) => {
    const { connection, peer } = await client.live();
    const online = next(connection, 'batch');
    peer.send({ batch: logged('chat', 5, 6) });
    const { id = 0 } = await peer.next('join');
    connection.send({ text: 'held' }).catch(() => undefined);
    peer.joined({ cursor: 'e1.0.6', batches: [logged('chat', 0, 6)] });
    peer.send({ ack: { id } });
    await online;
    expect((await peer.next('comment')).comment.text).toBe('held');
  });
});

describe('A session whose logs begin anew', () => {
  test('takes a joined answer that it did not ask for', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    peer.send({ batch: logged('chat', 0, 9) });
    const batch = next(connection, 'batch', ({ to }) => to === 2);
    peer.joined({ epoch: 'e2', cursor: 'e2.0.1', recovered: false, batches: [logged('chat', 0, 1)] });
    peer.send({ batch: logged('chat', 1, 2) });
    await batch;
    expect(told.batches).toEqual(['chat 0-9', 'chat 0-1', 'chat 1-2']);
  });

  test('leaves out a joined answer of a room that it is not in', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    peer.joined({ room: 'other', cursor: 'e9.9.9' });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 1) });
    await batch;
    expect(told.joined.map(({ room }) => room)).toEqual(['r1']);
    expect(connection.cursor).toBe('e1.0.1');
  });
});

describe('A session in time', () => {
  test('gives up a handshake that does not come to an end', async ({ client, runtime }) => {
    const silent = createServer();
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { connection } = client.connect({ url: `http://127.0.0.1:${(silent.address() as AddressInfo).port}` });
    runtime.advance(9_999);
    expect(connection.state.kind).toBe('connecting');
    runtime.advance(1);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the connection did not open in time' });
    connection.close();
    silent.close();
  });

  test('gives up a join that is not answered', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    connection.join('r2');
    await peer.next('join');
    runtime.advance(10_000);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the server did not answer the join in time' });
    await peer.closed;
  });

  test('asks for a sign after 25 s of silence, and goes on when it comes', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    for (const _ of ['once', 'again']) {
      runtime.advance(25_000);
      expect(await peer.next('ping')).toEqual({ ping: {} });
      peer.send({ pong: {} });
      // The pong itself shows nowhere; what is sent after it comes after it.
      const batch = next(connection, 'batch');
      peer.send({ batch: like });
      await batch;
    }
    runtime.advance(24_999);
    expect(connection.state.kind).toBe('live');
  });

  test('drops a connection that stays silent', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    runtime.advance(25_000);
    await peer.next('ping');
    runtime.advance(10_000);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the connection went silent' });
    expect(await peer.closed).toBe(1000);
  });

  test('keeps a healthy connection in a hidden tab, however late its timers are', async ({ client, runtime }) => {
    const { connection, told, peer } = await client.live();
    for (let minute = 0; minute < 5; minute++) {
      runtime.advanceHidden(60_000);
      await peer.next('ping');
      runtime.advanceHidden(60_000); // late, with the pong still on its way
      const batch = next(connection, 'batch');
      peer.send({ pong: {} });
      peer.send({ batch: like });
      await batch;
    }
    expect(connection.state.kind).toBe('live');
    expect(told.states).toEqual(['live']);
  });
});
