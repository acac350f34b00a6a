import { deflateRawSync } from 'node:zlib';
import { afterEach, describe, expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectOn } from '../../src/client/connect.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { next, stateOf, test } from './fixture.ts';
import { logged } from './scripted-server.ts';
import { HeldInflating } from './watched-inflating.ts';

const bomb = deflateRawSync(Buffer.alloc(10 << 20));

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('Deflated frames are negotiated:', () => {
  test('offered before plain ones', async ({ client, server }) => {
    client.connect();
    const { offered, codec } = await server.accept();
    expect(offered).toEqual(['barrage.v1.protobuf.deflate', 'barrage.v1.protobuf']);
    expect(codec.subprotocol).toBe('barrage.v1.protobuf.deflate');
  });

  test.for([
    [{ compression: false }, 'barrage.v1.protobuf'],
    [{ codec: 'json' }, 'barrage.v1.json'],
  ] as const)('with %o they are not', async ([options, only], { client, server }) => {
    client.connect(options);
    expect((await server.accept()).offered).toEqual([only]);
  });

  test('where the platform cannot inflate they are not', async ({ client, server }) => {
    vi.stubGlobal('DecompressionStream', undefined);
    client.connect();
    expect((await server.accept()).offered).toEqual(['barrage.v1.protobuf']);
  });

  test('a server that does not know them sends plain ones', async ({ client, server }) => {
    server.speaks = ['barrage.v1.protobuf', 'barrage.v1.json'];
    const { connection, told, peer } = await client.live();
    expect(peer.codec.subprotocol).toBe('barrage.v1.protobuf');
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 3) });
    await batch;
    const sent = connection.send({ text: 'hi' });
    const { id = 0 } = await peer.next('comment');
    peer.send({ ack: { id, ref: 'c4' } });
    expect(await sent).toEqual({ ref: 'c4' });
    expect(told.batches).toEqual(['chat 0-3']);
  });
});

describe('A deflated frame', () => {
  test('is told in its turn, and so is what comes behind it', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    const last = next(connection, 'batch', ({ to }) => to === 50);
    for (let offset = 0; offset < 50; offset++) {
      const frame = { batch: logged('chat', offset, offset + 1) };
      if (offset % 3 === 0) peer.send(frame);
      else peer.sendDeflated(frame);
    }
    await last;
    expect(told.events.map((event) => event.offset)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(told.joined).toHaveLength(1);
  });

  test('is told before the close behind it', async ({ client, server, runtime }) => {
    const { connection, told, peer } = await client.live();
    peer.sendDeflated({ batch: logged('chat', 0, 40) });
    peer.sendDeflated({ batch: logged('priority', 0, 2) });
    peer.send({ error: refuse('draining', { retryAfterMs: 5000 }).refusal });
    peer.close(4000);
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect(told.batches).toEqual(['chat 0-40', 'priority 0-2']);
    expect(reason).toBe('this server is stopping');
    runtime.advance(retryAt - runtime.unixMs());
    expect((await server.accept()).url.searchParams.get('cursor')).toBe('e1.2.40');
  });

  test('in which another is deflated is left alone', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    const inner = peer.codec.encodeServerFrame({ batch: logged('chat', 0, 1) });
    const nested = new Uint8Array([0x32, inner.length, ...inner]);
    peer.sendDeflated({ batch: logged('chat', 0, 1) }, { frame: deflateRawSync(nested) });
    const batch = next(connection, 'batch');
    peer.send({ batch: logged('chat', 0, 2) });
    await batch;
    expect(told.batches).toEqual(['chat 0-2']);
  });

  test('of the room before is not told in the next', async ({ client }) => {
    const { connection, told, peer } = await client.live();
    const held = new HeldInflating();
    peer.sendDeflated({ batch: logged('chat', 0, 5) });
    await held.began;
    connection.join('r2');
    await peer.next('join');
    peer.sendDeflated({ batch: logged('chat', 5, 6) });
    peer.joined({ room: 'r2', epoch: 'f1', cursor: 'f1.0.0' });
    peer.sendDeflated({ batch: logged('chat', 0, 2) });
    const last = next(connection, 'batch');
    await held.release();
    await last;
    expect(told.joined.map(({ room }) => room)).toEqual(['r1', 'r2']);
    expect(told.batches).toEqual(['chat 0-2']);
  });
});

describe('A connection that ends while a frame is inflated tells nothing more:', () => {
  test('closed by its user', async ({ client, runtime }) => {
    const { connection, told, peer } = await client.live();
    const held = new HeldInflating();
    peer.sendDeflated({ batch: logged('chat', 0, 5) });
    peer.send({ batch: logged('chat', 5, 6) });
    await held.began;
    connection.close();
    await peer.closed;
    await held.release();
    expect(told.batches).toEqual([]);
    expect(told.states).toEqual(['live', 'closed']);
    expect(runtime.pendingTimers).toBe(0);
  });

  test('taken for dead, and replaced', async ({ client, server, runtime }) => {
    const { connection, told, peer } = await client.live();
    const held = new HeldInflating();
    peer.sendDeflated({ batch: logged('chat', 0, 5) });
    await held.began;
    runtime.advance(35_000);
    runtime.advance((await stateOf(connection, 'offline')).retryAt - runtime.unixMs());
    const again = await server.accept();
    expect(again.url.searchParams.get('cursor')).toBe('e1.0.0');
    await held.release();
    expect(told.batches).toEqual([]);
    again.joined({ cursor: 'e1.0.6', batches: [logged('chat', 0, 6)] });
    await stateOf(connection, 'live');
    expect(told.batches).toEqual(['chat 0-6']);
    expect(told.states).toEqual(['live', 'offline', 'connecting', 'live']);
  });
});

describe('A frame that cannot be inflated ends the connection, which comes back with its cursor:', () => {
  test.for([
    ['a bomb', { frame: bomb }],
    ['garbage', { frame: new Uint8Array(300).fill(0xff) }],
    ['one cut short', { frame: deflateRawSync('weather'.repeat(99)).subarray(0, 9) }],
    ['nothing', { frame: new Uint8Array() }],
  ] as const)('%s', async ([_, instead], { client, server, runtime }) => {
    const { connection, told, peer } = await client.live();
    peer.sendDeflated({ batch: logged('chat', 0, 2) });
    peer.sendDeflated({ batch: logged('chat', 2, 40) }, instead);
    peer.send({ batch: logged('chat', 40, 41) });
    const { reason, retryAt } = await stateOf(connection, 'offline');
    expect(reason).toBe('a frame could not be inflated');
    expect(await peer.closed).toBe(1000);
    expect(told.batches).toEqual(['chat 0-2']);
    runtime.advance(retryAt - runtime.unixMs());
    expect((await server.accept()).url.searchParams.get('cursor')).toBe('e1.0.2');
  });

  test('and again and again leads to the stream', async ({ server, runtime }) => {
    const connection = connectOn(runtime, { url: server.url, room: 'r1', WebSocket });
    for (let life = 0; life < 3; life++) {
      const peer = await server.accept();
      peer.joined();
      peer.sendDeflated({ batch: logged('chat', 0, 40) }, { frame: bomb });
      runtime.advance((await stateOf(connection, 'offline')).retryAt - runtime.unixMs());
    }
    await server.asked('stream');
    connection.close();
  });
});

test('A connection that is sent more than it can inflate meanwhile ends, and comes back', async ({ client, server, runtime }) => {
  const { connection, told, peer } = await client.live();
  const held = new HeldInflating();
  peer.sendDeflated({ batch: logged('chat', 0, 1) });
  for (let offset = 1; offset < 4100; offset++) peer.send({ batch: logged('chat', offset, offset + 1) });
  const { reason, retryAt } = await stateOf(connection, 'offline');
  expect(reason).toBe('frames came faster than they could be inflated');
  expect(told.batches).toEqual([]);
  await peer.closed;
  await held.release();
  runtime.advance(retryAt - runtime.unixMs());
  expect((await server.accept()).url.searchParams.get('cursor')).toBe('e1.0.0');
  expect(told.batches).toEqual([]);
});
