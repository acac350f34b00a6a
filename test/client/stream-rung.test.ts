import { describe, expect } from 'vitest';
import type { ConnectOptions } from '../../src/client/types.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import { ambient, logged } from './scripted-server.ts';

const options: Partial<ConnectOptions> = { transport: 'stream' };

describe('A stream', () => {
  test('is asked for from the cursor, and tells what comes', async ({ client, server }) => {
    const { connection, told } = client.connect({ ...options, cursor: 'e1.0.2' });
    const ask = await server.asked('stream');
    expect(ask.cursor).toBe('e1.0.2');
    expect(ask.headers.accept).toBe('text/event-stream');
    ask.stream({ cursor: 'e1.0.2', online: 7 });
    expect(await stateOf(connection, 'live')).toEqual({ kind: 'live', transport: 'stream' });
    const last = next(connection, 'event', (event) => 'online' in event);
    ask.write(': sign of life\n\n');
    ask.write('event: future\ndata: {}\n\n');
    ask.batch(logged('chat', 2, 4));
    ask.batch(ambient({ online: { count: 8 } }));
    await last;
    expect(told.joined).toEqual([{ room: 'r1', epoch: 'e1', cursor: 'e1.0.2', recovered: true, online: 7 }]);
    expect(told.batches).toEqual(['chat 2-4', 'ambient']);
    expect(told.online).toEqual([7, 8]);
    expect(connection.cursor).toBe('e1.0.4');
  });

  test('begins at the newest without a cursor', async ({ client, server }) => {
    const { connection, told } = client.connect(options);
    const ask = await server.asked('stream');
    expect(ask.cursor).toBeNull();
    ask.stream({ cursor: 'e1.0.85' });
    ask.batch(logged('chat', 85, 87));
    await next(connection, 'batch');
    expect(told.joined[0]?.recovered).toBe(true);
    expect(connection.cursor).toBe('e1.0.87');
  });

  test('tells the answer to its join in one piece, however it arrives', async ({ client, server }) => {
    const { connection, told } = client.connect({ ...options, cursor: 'e1.0.2' });
    const order: string[] = [];
    const ask = await server.asked('stream');
    ask.stream({ cursor: 'e1.1.5' }, 'e1.0.2');
    ask.batch(ambient({ like: { count: 0, total: 3 } }));
    ask.batch(logged('chat', 2, 4));
    connection.on('joined', ({ cursor, recovered }) => {
      order.push(`${cursor} ${recovered}`);
      queueMicrotask(() => order.push('end of turn'));
    });
    connection.on('batch', ({ lane }) => order.push(lane));
    ask.batch(logged('priority', 0, 1));
    ask.batch(logged('chat', 4, 5));
    const live = next(connection, 'batch', ({ to }) => to === 6);
    ask.batch(logged('chat', 5, 6));
    await live;
    expect(order.slice(0, 5)).toEqual(['e1.1.5 true', 'ambient', 'chat', 'priority', 'chat']);
    expect(told.joined).toHaveLength(1);
    expect(connection.cursor).toBe('e1.1.6');
  });

  test('comes back with its cursor when it is cut, and when it ends', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect(options);
    for (const [from, end] of [
      [0, 'cut'],
      [1, 'end'],
      [2, 'cut'],
    ] as const) {
      const ask = await server.asked('stream');
      if (from > 0) expect(ask.cursor).toBe(`e1.0.${from}`);
      const batch = next(connection, 'batch');
      ask.stream({ cursor: `e1.0.${from}` });
      ask.batch(logged('chat', from, from + 1));
      await batch;
      ask[end]();
      const { reason, retryAt } = await stateOf(connection, 'offline');
      expect(reason).toBe(end === 'cut' ? 'the stream was cut' : 'the stream ended');
      runtime.advance(retryAt - runtime.unixMs());
    }
    expect(told.batches).toEqual(['chat 0-1', 'chat 1-2', 'chat 2-3']);
    expect(told.joined.every(({ recovered }) => recovered)).toBe(true);
  });

  test('tells when the server could not go on', async ({ client, server }) => {
    const { connection, told } = client.connect({ ...options, cursor: 'e1.0.2' });
    const ask = await server.asked('stream');
    ask.stream({ cursor: 'e1.0.90', recovered: false });
    ask.batch(logged('chat', 90, 91));
    await next(connection, 'batch');
    const again = next(connection, 'joined');
    ask.write('event: joined\ndata: {"room":"r1","epoch":"e1","cursor":"e1.0.95","recovered":false,"online":1}\n\n');
    expect((await again).recovered).toBe(false);
    expect(told.joined.map(({ recovered }) => recovered)).toEqual([false, false]);
  });

  test('is asked for again where something is missing', async ({ client, server }) => {
    const { connection, told } = client.connect(options);
    const ask = await server.asked('stream');
    ask.stream();
    ask.batch(logged('chat', 4, 5));
    const again = await server.asked('stream');
    await ask.closed;
    expect(again.cursor).toBe('e1.0.0');
    again.stream();
    again.batch(logged('chat', 0, 5));
    await next(connection, 'batch');
    expect(told.batches).toEqual(['chat 0-5']);
    expect(told.states).toEqual(['live']);
  });

  test('is given up after 35 s without a sign of life', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    const ask = await server.asked('stream');
    ask.stream();
    await stateOf(connection, 'live');
    runtime.advance(35_000);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the connection went silent' });
    await ask.closed;
  });

  test('is given up when it opens and says nothing', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    const ask = await server.asked('stream');
    runtime.advance(10_000);
    expect(connection.state).toMatchObject({ kind: 'offline', reason: 'the connection did not open in time' });
    await ask.closed;
  });

  test('waits as long as a draining server asks for', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    const ask = await server.asked('stream');
    ask.stream();
    await stateOf(connection, 'live');
    ask.write(`event: draining\ndata: ${JSON.stringify({ error: refuse('draining', { retryAfterMs: 3000 }).refusal })}\n\n`);
    const offline = await stateOf(connection, 'offline');
    expect(offline).toEqual({ kind: 'offline', reason: 'this server is stopping', retryAt: runtime.unixMs() + 3550 });
  });

  test('changes rooms, and tells nothing more of the room before', async ({ client, server }) => {
    const { connection, told } = client.connect(options);
    const before = await server.asked('stream');
    before.stream();
    await stateOf(connection, 'live');
    connection.join('r2');
    before.batch(logged('chat', 0, 1));
    const ask = await server.asked('stream');
    expect(ask.url.pathname).toBe('/v1/rooms/r2/stream');
    expect(ask.cursor).toBeNull();
    ask.stream({ room: 'r2', epoch: 'f1', cursor: 'f1.0.3' });
    ask.batch(logged('chat', 3, 4));
    await next(connection, 'batch');
    await before.closed;
    expect(told.batches).toEqual(['chat 3-4']);
    expect(told.states).toEqual(['live']);
  });

  test('leaves nothing behind when it is closed', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect(options);
    const ask = await server.asked('stream');
    ask.stream();
    await stateOf(connection, 'live');
    connection.close();
    ask.batch(logged('chat', 0, 1));
    await ask.closed;
    expect(runtime.pendingTimers).toBe(0);
    expect(told.states).toEqual(['live', 'closed']);
    expect(told.batches).toEqual([]);
  });
});

describe('A stream that is not one', () => {
  test('a refusal for good ends the connection', async ({ client, server }) => {
    const { connection } = client.connect(options);
    (await server.asked('stream')).refuse(refuse('invalid_cursor'));
    const { error } = await stateOf(connection, 'closed');
    expect(error).toMatchObject({ name: 'ClientError', code: 'invalid_cursor', temporary: false });
  });

  test('a refusal for now is waited out', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    (await server.asked('stream')).refuse(refuse('too_many_rooms', { retryAfterMs: 2000 }));
    const { retryAt } = await stateOf(connection, 'offline');
    expect(retryAt).toBe(runtime.unixMs() + 2550);
  });

  test('Retry-After is obeyed where the body says nothing', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    (await server.asked('stream')).json('busy', { status: 503, headers: { 'retry-after': '7' } });
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect([reason, retryAt]).toEqual(['the server answered with status 503', runtime.unixMs() + 7550]);
  });

  test.for([
    ['a page instead of a stream', (): [unknown, { status: number }] => ['<html>', { status: 200 }]],
    ['a page that refuses', (): [unknown, { status: number }] => ['<html>', { status: 403 }]],
  ] as const)('%s is no end of the connection', async ([, answer], { client, server }) => {
    const { connection } = client.connect(options);
    const [body, status] = answer();
    (await server.asked('stream')).json(body, status);
    expect((await stateOf(connection, 'offline')).reason).toMatch(/something else|status 403/);
  });

  test('garbage ends it', async ({ client, server }) => {
    const { connection } = client.connect(options);
    const ask = await server.asked('stream');
    ask.stream();
    await stateOf(connection, 'live');
    ask.write('event: batch\ndata: not JSON\n\n');
    expect((await stateOf(connection, 'offline')).reason).toBe('the stream is garbled');
    await ask.closed;
  });
});
