import { describe, expect } from 'vitest';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import { ambient, logged } from './scripted-server.ts';

const like = ambient({ like: { count: 1, total: 1 } });

describe('Connection.join()', () => {
  test('changes rooms without reconnecting, and tells nothing more of the room before', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    const first = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 1) });
    await first;
    connection.join('r2');
    expect(connection.room).toBe('r2');
    expect(connection.cursor).toBeUndefined();
    const { id = 0, join } = await peer.next('join');
    expect(join).toEqual({ room: 'r2' });
    peer.send({ batch: logged('chat', 1, 2) });
    peer.send({ batch: like });
    peer.joined({ room: 'r2', epoch: 'f1', cursor: 'f1.0.40', batches: [logged('chat', 39, 40)] });
    peer.send({ ack: { id } });
    const last = next(connection, 'batch', ({ to }) => to === 41);
    peer.send({ batch: logged('chat', 40, 41) });
    await last;
    expect(told.batches).toEqual(['chat 0-1', 'chat 39-40', 'chat 40-41']);
    expect(told.states).toEqual(['live']);
    expect(connection.cursor).toBe('f1.0.41');
  });

  test('sends comments to the room that was asked for last, once it is joined', async ({ client }) => {
    const { connection, peer } = await client.live();
    connection.join('r2');
    connection.join('r3');
    const sent = connection.send({ text: 'for r3' });
    await peer.next('join');
    peer.joined({ room: 'r2' });
    await peer.next('join');
    peer.joined({ room: 'r3' });
    const { id = 0, comment } = await peer.next('comment');
    expect(comment.text).toBe('for r3');
    peer.send({ ack: { id, ref: 'c1' } });
    expect(await sent).toEqual({ ref: 'c1' });
  });

  test('goes to the last room that it was told', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    connection.join('r2');
    connection.join('r3');
    expect((await peer.next('join')).join.room).toBe('r2');
    peer.joined({ room: 'r2', cursor: 'f1.0.1', batches: [logged('chat', 0, 1)] });
    expect((await peer.next('join')).join).toEqual({ room: 'r3' });
    const joined = next(connection, 'joined');
    peer.joined({ room: 'r3', cursor: 'g1.0.0' });
    await joined;
    expect(told.joined.map(({ room }) => room)).toEqual(['r1', 'r3']);
    expect(told.batches).toEqual([]);
  });

  test('changes the room of the next connection while there is none', async ({ client, server, runtime }) => {
    const { connection } = client.connect({ cursor: 'e1.2.3' });
    (await server.accept()).cut();
    await stateOf(connection, 'offline');
    connection.join('r2');
    runtime.advance(550);
    expect([...(await server.accept()).url.searchParams]).toEqual([['room', 'r2']]);
  });

  test('changes rooms while the first is being joined', async ({ client, server }) => {
    const { connection, told } = client.connect({ cursor: 'e1.2.3' });
    const peer = await server.accept();
    connection.join('r2');
    peer.joined();
    expect((await peer.next('join')).join).toEqual({ room: 'r2' });
    expect(connection.state.kind).toBe('connecting');
    peer.joined({ room: 'r2' });
    await stateOf(connection, 'live');
    expect(told.joined.map(({ room }) => room)).toEqual(['r2']);
  });

  test('cuts short what is being told of the room before', async ({ client, server }) => {
    const { connection, told } = client.connect();
    const off = connection.on('event', () => connection.join('r2'));
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.2.2', batches: [logged('priority', 0, 2), logged('chat', 0, 2)] });
    await peer.next('join');
    off();
    const joined = next(connection, 'joined');
    peer.joined({ room: 'r2', cursor: 'f1.0.0' });
    await joined;
    expect(told.batches).toEqual(['priority 0-2']);
    expect(told.events).toHaveLength(1);
    expect(connection.cursor).toBe('f1.0.0');
  });

  test('does nothing for the room that it is in, or on a closed connection', async ({ client }) => {
    const { connection, peer } = await client.live();
    connection.join('r1');
    connection.like(1).catch(() => undefined);
    await peer.next('like');
    connection.close();
    connection.join('r2');
    expect(connection.room).toBe('r1');
  });

  test('throws a RangeError for what cannot be a room', async ({ client }) => {
    const { connection } = await client.live();
    expect(() => connection.join('no room')).toThrow(RangeError);
    expect(connection.room).toBe('r1');
  });

  test('tries again later when it is refused for now', async ({ client, server, runtime }) => {
    const { connection, peer } = await client.live();
    connection.join('r2');
    const { id = 0 } = await peer.next('join');
    peer.send({ error: { id, ...refuse('broker_unavailable', { retryAfterMs: 1000 }).refusal } });
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect(reason).toBe('the broker does not answer');
    expect(retryAt).toBe(runtime.unixMs() + 1550);
    runtime.advance(1550);
    expect((await server.accept()).url.searchParams.get('room')).toBe('r2');
  });

  test('ends the connection when it is refused for good', async ({ client }) => {
    const { connection, peer } = await client.live();
    connection.join('r2');
    const { id = 0 } = await peer.next('join');
    peer.send({ error: { id, code: 'room_banned', message: 'not you', temporary: false } });
    expect((await stateOf(connection, 'closed')).error).toMatchObject({ code: 'room_banned' });
    await peer.closed;
  });

  test('forgets a refusal of a room that it no longer wants', async ({ client }) => {
    const { connection, peer } = await client.live();
    connection.join('r2');
    const { id = 0 } = await peer.next('join');
    connection.join('r3');
    peer.send({ error: { id, code: 'room_banned', message: 'not you', temporary: false } });
    expect((await peer.next('join')).join.room).toBe('r3');
    expect(connection.state.kind).toBe('live');
  });
});
