import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { ClientError, connect } from '../../src/client/index.ts';
import { stateOf, test } from './fixture.ts';

afterEach(() => {
  vi.unstubAllGlobals();
});

const url = 'http://127.0.0.1:1';

describe('connect()', () => {
  test('joins in the upgrade, in protobuf unless told otherwise', async ({ server, client }) => {
    client.connect({ room: 'My_room-1' });
    const peer = await server.accept();
    expect(peer.url.pathname).toBe('/v1/ws');
    expect([...peer.url.searchParams]).toEqual([['room', 'My_room-1']]);
    expect(peer.codec.subprotocol).toBe('barrage.v1.protobuf.deflate');
  });

  test('brings the cursor that it was given', async ({ server, client }) => {
    const { connection } = client.connect({ cursor: 'e1.3.10', codec: 'json', url: `${server.url}/live/` });
    expect(connection.cursor).toBe('e1.3.10');
    const peer = await server.accept();
    expect(peer.url.pathname).toBe('/live/v1/ws');
    expect(peer.url.searchParams.get('cursor')).toBe('e1.3.10');
    expect(peer.codec.subprotocol).toBe('barrage.v1.json');
  });

  test('works with the real clock', async ({ server }) => {
    const connection = connect({ url: server.url, room: 'r1', WebSocket });
    expect(connection.state).toEqual({ kind: 'connecting', attempt: 1 });
    const peer = await server.accept();
    peer.joined();
    await stateOf(connection, 'live');
    connection.close();
    expect(await peer.closed).toBe(1000);
  });

  test('takes the address from the page', async ({ server }) => {
    vi.stubGlobal('location', { origin: server.url });
    const connection = connect({ room: 'r1', WebSocket });
    await server.accept();
    connection.close();
  });

  test('takes the WebSocket of the runtime', async ({ server }) => {
    vi.stubGlobal('WebSocket', WebSocket);
    const connection = connect({ url: server.url, room: 'r1' });
    await server.accept();
    connection.close();
  });

  test('throws a RangeError for a room or a cursor that cannot be one', () => {
    expect(() => connect({ url, room: 'no room', WebSocket })).toThrow(RangeError);
    expect(() => connect({ url, room: 'r1', cursor: 'e1', WebSocket })).toThrow(RangeError);
  });

  test('throws a TypeError without an address, or with one that is none', () => {
    expect(() => connect({ room: 'r1', WebSocket })).toThrow(/url is missing/);
    expect(() => connect({ url: 'ftp://host', room: 'r1', WebSocket })).toThrow(TypeError);
    vi.stubGlobal('location', { origin: 'null' });
    expect(() => connect({ room: 'r1', WebSocket })).toThrow(/url is missing/);
  });

  test('begins with the stream where there is no WebSocket, unless that is asked for', async ({ server }) => {
    vi.stubGlobal('WebSocket', undefined);
    expect(() => connect({ url, room: 'r1', transport: 'websocket' })).toThrow(/WebSocket is missing/);
    const connection = connect({ url: server.url, room: 'r1' });
    await server.asked('stream');
    connection.close();
  });

  test('throws a RangeError for a transport that is none', () => {
    const transport = 'pigeon' as 'stream'; // as JavaScript may
    expect(() => connect({ url, room: 'r1', transport })).toThrow(/websocket, stream, long-poll, short-poll/);
  });

  test('tries again when the server refuses the upgrade', async ({ client, runtime }) => {
    const http = createServer((_, answer) => answer.end());
    http.on('upgrade', (_, socket) => socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n'));
    http.listen(0, '127.0.0.1');
    await once(http, 'listening');
    const { connection } = client.connect({ url: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
    expect(await stateOf(connection, 'offline')).toEqual({
      kind: 'offline',
      reason: 'the connection was closed (1006)',
      retryAt: runtime.unixMs() + 550,
    });
    connection.close();
    http.close();
  });
});

test('ClientError is an Error that can be told by its class', () => {
  const error = new ClientError({ code: 'timeout', message: 'late', temporary: true });
  expect(error).toBeInstanceOf(Error);
  expect(String(error)).toBe('ClientError: late');
  expect('retryAfterMs' in error && error.retryAfterMs).toBeFalsy();
});
