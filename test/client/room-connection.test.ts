import { describe, expect } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import { AT, ambient, logged } from './scripted-server.ts';

describe.each(['protobuf', 'json'] as const)('A connection in %s', (codec) => {
  test('tells what the server sends, batches before their events', async ({ server, client }) => {
    const { connection, told } = client.connect({ codec });
    const order: string[] = [];
    for (const type of ['state', 'joined', 'online', 'batch', 'event'] as const) connection.on(type, () => order.push(type));
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.1.2', online: 7, batches: [logged('priority', 0, 1), logged('chat', 0, 2)] });
    await stateOf(connection, 'live');
    expect(order).toEqual(['state', 'joined', 'online', 'batch', 'event', 'batch', 'event', 'event']);
    expect(told.joined).toEqual([{ room: 'r1', epoch: 'e1', cursor: 'e1.1.2', recovered: true, online: 7 }]);
    expect(told.events[1]).toEqual({
      offset: 1,
      at: AT,
      comment: { user: { id: 'u1', name: 'Ann' }, text: 'c1', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 },
    });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 2, 3) });
    expect(await batch).toMatchObject({ lane: 'chat', from: 2, to: 3, skipped: 0 });
    expect(connection.cursor).toBe('e1.1.3');
  });

  test('sends a comment and answers its ref', async ({ client }) => {
    const { connection, peer } = await client.live({ codec });
    const sent = connection.send({ text: '弹幕', mode: 'top', color: 0, size: 40 });
    const { id = 0, comment } = await peer.next('comment');
    expect(comment).toEqual({ text: '弹幕', mode: 'top', color: 0, size: 40 });
    peer.send({ ack: { id, ref: 'c17' } });
    expect(await sent).toEqual({ ref: 'c17' });
  });

  test('sends likes', async ({ client }) => {
    const { connection, peer } = await client.live({ codec });
    const sent = connection.like(5);
    const { id = 0, like } = await peer.next('like');
    expect(like).toEqual({ count: 5 });
    peer.send({ ack: { id } });
    expect(await sent).toBeUndefined();
  });

  test('is told in the middle that the room goes on elsewhere: lower offsets, its own comments, and what comes then', async ({
    client,
  }) => {
    const { connection, told, peer } = await client.live({ codec, user: { id: 'u1', name: 'Ann' } });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 9) });
    await batch;
    const sent = connection.send({ text: 'mine' });
    const { id = 0 } = await peer.next('comment');
    const joined = next(connection, 'joined');
    peer.joined({ epoch: 'e2', cursor: 'e2.0.2', recovered: false, online: 3, batches: [logged('chat', 0, 2)] });
    expect(await joined).toMatchObject({ epoch: 'e2', recovered: false, online: 3 });
    // Stored in the life before, and lost with it: not c3 of this one.
    peer.send({ ack: { id, ref: 'c3', epoch: 'e1' } });
    expect(await sent).toEqual({ ref: 'c3' });
    const third = next(connection, 'event', ({ offset }) => offset === 3);
    peer.send({ batch: logged('chat', 2, 3) });
    expect(await third).not.toHaveProperty('echoKey');
    expect([told.batches, connection.cursor, told.states]).toEqual([['chat 0-9', 'chat 0-2', 'chat 2-3'], 'e2.0.3', ['live']]);
    expect(told.echoes).toEqual(['echo-1 mine', 'echo-1 c3']);
  });

  test('tells comments that are not stored, its own once', async ({ client }) => {
    const { connection, told, peer } = await client.live({ codec, user: { id: 'u1', name: 'Ann' } });
    const sent = connection.send({ text: 'mine' });
    const { id = 0 } = await peer.next('comment');
    peer.send({ ack: { id } });
    expect(await sent).toEqual({ ref: '' });
    const own = next(connection, 'event', (event) => 'comment' in event && event.comment.text === 'mine');
    const comment = { user: { id: 'u1', name: 'Ann' }, mode: 'scroll' as const, color: 0xffffff, size: 25, repeat: 1 };
    peer.send({ batch: ambient({ comment: { ...comment, text: 'other' } }) });
    peer.send({ batch: ambient({ comment: { ...comment, text: 'mine' } }) });
    expect(await own).toMatchObject({ echoKey: 'echo-1' });
    expect(told.events).toMatchObject([{ comment: { text: 'other' } }, { comment: { text: 'mine' } }]);
    expect(told.events.map((event) => event.offset)).toEqual([undefined, undefined]);
    expect(connection.cursor).toBe('e1.0.0');
  });

  test('is left alone by messages that it does not understand', async ({ client }) => {
    const { connection, told, peer } = await client.live({ codec });
    peer.sendRaw('{"future":{}}');
    peer.sendRaw('not JSON');
    peer.sendRaw(new Uint8Array([0xff, 0xff, 0xff]));
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 1) });
    await batch;
    expect(told.states).toEqual(['live']);
  });
});

describe('Connection.on()', () => {
  test('tells how many viewers there are when that changes', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    const event = next(connection, 'event');
    peer.send({ batch: ambient({ online: { count: 99 } }) });
    expect(await event).toEqual({ at: AT, online: { count: 99 } });
    expect(told.online).toEqual([1, 99]);
  });

  test('tells an offset once', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    peer.send({ batch: logged('chat', 0, 2) });
    peer.send({ batch: logged('chat', 0, 2) });
    peer.send({ batch: logged('chat', 1, 3) });
    await next(connection, 'event', ({ offset }) => offset === 3);
    expect(told.batches).toEqual(['chat 0-2', 'chat 2-3']);
    expect(told.events.map(({ offset }) => offset)).toEqual([1, 2, 3]);
  });

  test('reports what a listener throws, and goes on', async ({ client, runtime }) => {
    const { connection, told, peer } = await client.live();
    const failure = new Error('listener');
    const off = connection.on('event', () => {
      throw failure;
    });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 2) });
    await batch;
    expect(runtime.reported).toEqual([failure, failure]);
    expect(told.events).toHaveLength(2);
    off();
    expect(connection.state.kind).toBe('live');
  });
});

describe('Connection.close()', () => {
  test('leaves for good, and nothing behind', async ({ client, runtime }) => {
    const { connection, told, peer } = await client.live();
    const sent = connection.send({ text: 'a' });
    connection.close();
    connection.close();
    await expect(sent).rejects.toMatchObject({ code: 'closed' });
    expect(await peer.closed).toBe(1000);
    expect(connection.state).toEqual({ kind: 'closed' });
    expect(told.states).toEqual(['live', 'closed']);
    expect(runtime.pendingTimers).toBe(0);
    expect(runtime.onlineListeners).toBe(0);
  });

  test('works before the connection opened', async ({ client, runtime }) => {
    const { connection } = client.connect();
    connection.close();
    expect(connection.state).toEqual({ kind: 'closed' });
    expect(runtime.pendingTimers).toBe(0);
  });

  test('works while offline', async ({ client, server, runtime }) => {
    const { connection } = client.connect();
    (await server.accept()).cut();
    await stateOf(connection, 'offline');
    connection.close();
    expect(runtime.pendingTimers).toBe(0);
  });

  test.for(['state', 'joined', 'online', 'batch'] as const)(
    'is the last that is told when a %s listener calls it',
    async (type, { client, server }) => {
      const { connection, told } = client.connect();
      const order: string[] = [];
      connection.on(type, () => connection.close());
      for (const other of ['joined', 'online', 'batch', 'event'] as const) connection.on(other, () => order.push(other));
      (await server.accept()).joined({ cursor: 'e1.0.2', batches: [logged('chat', 0, 2)] });
      await stateOf(connection, 'closed');
      const before = ['state', 'joined', 'online', 'batch'].indexOf(type);
      expect(order).toEqual(['joined', 'online', 'batch'].slice(0, before));
      expect(told.states).toEqual(['live', 'closed']);
    },
  );

  test('cuts short what is being told', async ({ client, server }) => {
    const { connection, told } = client.connect();
    connection.on('event', () => connection.close());
    const peer = await server.accept();
    peer.joined({ cursor: 'e1.2.2', batches: [logged('priority', 0, 2), logged('chat', 0, 2)] });
    await stateOf(connection, 'closed');
    expect(told.events).toHaveLength(1);
    expect(connection.cursor).toBe('e1.2.0');
  });
});

describe('A connection that was closed by the server', () => {
  test('stays away when it is told to, and says why', async ({ client, server, runtime }) => {
    const { connection } = client.connect();
    const peer = await server.accept();
    peer.send({ error: refuse('invalid_room').refusal });
    peer.close(CLOSE_CODES.joinRefused);
    const { error } = await stateOf(connection, 'closed');
    expect(error).toMatchObject({ name: 'ClientError', code: 'invalid_room', temporary: false });
    expect(runtime.pendingTimers).toBe(0);
    await expect(connection.send({ text: 'a' })).rejects.toMatchObject({ code: 'closed' });
  });

  test('says the code when the server did not say why', async ({ client, server }) => {
    const { connection } = client.connect();
    (await server.accept()).close(4499);
    const { error } = await stateOf(connection, 'closed');
    expect(error).toMatchObject({ code: 'closed', message: 'the connection was closed (4499)', temporary: false });
  });

  test.for([1001, 1011, CLOSE_CODES.draining, 4099, 4100, 4150])(
    'comes back with its cursor after code %i',
    async (code, { client, server, runtime }) => {
      const { connection, told, peer } = await client.live();
      const batch = next(connection, 'batch');
      peer.send({ batch: logged('chat', 0, 3) });
      await batch;
      peer.close(code, 'why');
      const offline = await stateOf(connection, 'offline');
      expect(offline).toEqual({ kind: 'offline', reason: 'why', retryAt: runtime.unixMs() + 550 });
      runtime.advance(550);
      expect(connection.state).toEqual({ kind: 'connecting', attempt: 1 });
      const again = await server.accept();
      expect(again.url.searchParams.get('cursor')).toBe('e1.0.3');
      again.joined({ cursor: 'e1.0.5', batches: [logged('chat', 3, 5)] });
      await stateOf(connection, 'live');
      expect(told.batches).toEqual(['chat 0-3', 'chat 3-5']);
      expect(told.joined.at(-1)?.recovered).toBe(true);
    },
  );

  test('waits as long as the error before the close asks for, and its back-off', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    peer.send({ error: refuse('draining', { retryAfterMs: 5000 }).refusal });
    peer.close(CLOSE_CODES.draining);
    const offline = await stateOf(connection, 'offline');
    expect(offline).toMatchObject({ reason: 'this server is stopping', retryAt: runtime.unixMs() + 5550 });
    runtime.goOnline();
    expect(connection.state.kind).toBe('offline');
    runtime.advance(5550);
    expect(connection.state.kind).toBe('connecting');
  });

  test('does not wait for ever when it is asked to', async ({ client, runtime }) => {
    const { connection, peer } = await client.live();
    peer.send({ error: refuse('draining', { retryAfterMs: 2 ** 40 }).refusal });
    peer.close(CLOSE_CODES.draining);
    expect((await stateOf(connection, 'offline')).retryAt).toBe(runtime.unixMs() + 3_600_550);
  });
});

describe('A connection that is lost', () => {
  test('waits longer each time until it was stable', async ({ client, server, runtime }) => {
    runtime.chance = 1;
    const { connection } = client.connect();
    const waits: number[] = [];
    const attempts: number[] = [];
    connection.on('state', (state) => {
      if (state.kind === 'offline') waits.push(state.retryAt - runtime.unixMs());
      if (state.kind === 'connecting') attempts.push(state.attempt);
    });
    for (const liveMs of [undefined, undefined, 29_000, 30_000]) {
      const peer = await server.accept();
      if (liveMs !== undefined) {
        peer.joined();
        await stateOf(connection, 'live');
        // Something is heard on the way, so that the connection is not taken for dead.
        for (const ms of [15_000, liveMs - 15_000]) {
          runtime.advance(ms);
          const batch = next(connection, 'batch');
          peer.send({ batch: ambient({ like: { count: 1, total: 1 } }) });
          await batch;
        }
      }
      peer.cut();
      runtime.advance((await stateOf(connection, 'offline')).retryAt - runtime.unixMs());
    }
    expect(waits).toEqual([1000, 2000, 4000, 1000]);
    expect(attempts).toEqual([2, 3, 1, 1]);
  });

  test('comes back at once when the machine gets its network back', async ({ client, server, runtime }) => {
    const { connection } = client.connect();
    (await server.accept()).cut();
    await stateOf(connection, 'offline');
    runtime.goOnline();
    expect(connection.state).toEqual({ kind: 'connecting', attempt: 2 });
    await server.accept();
    expect(runtime.pendingTimers).toBe(1); // the deadline of the handshake alone
  });

  test('takes up a new life of the room, lower offsets and all', async ({ client, server, runtime }) => {
    const { connection, told, peer } = await client.live({ cursor: 'e1.0.0' });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 9) });
    await batch;
    peer.cut();
    runtime.advance((await stateOf(connection, 'offline')).retryAt - runtime.unixMs());
    (await server.accept()).joined({ epoch: 'e2', cursor: 'e2.0.2', recovered: false, batches: [logged('chat', 0, 2)] });
    await stateOf(connection, 'live');
    expect(told.joined.at(-1)).toMatchObject({ epoch: 'e2', recovered: false });
    expect(told.batches).toEqual(['chat 0-9', 'chat 0-2']);
    expect(connection.cursor).toBe('e2.0.2');
  });
});
