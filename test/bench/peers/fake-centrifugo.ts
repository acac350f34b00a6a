import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** As Centrifugo reads it from its file. */
export interface FakeConfig {
  readonly http_server: { readonly address: string; readonly port: number };
  readonly http_api: { readonly key: string };
  readonly client: { readonly allow_anonymous_connect_without_token?: boolean };
  readonly channel: { readonly namespaces: readonly { readonly name: string; readonly allow_subscribe_for_anonymous?: boolean }[] };
  readonly health: { readonly enabled?: boolean };
}

/**
 * What of Centrifugo the benchmark's adapter uses, by its documentation: health, the API's publish, and the client protocol in JSON. No binary of it
 * can be had where these tests run.
 */
export async function startFakeCentrifugo({ http_server: { address, port }, http_api: { key }, client, channel, health }: FakeConfig) {
  const subscribers = new Map<WebSocket, string>();
  const pongs: string[] = [];
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer); // no encoding is set
    const body = Buffer.concat(parts).toString();
    if (request.url === '/health' && health.enabled) response.end('{}');
    else if (request.url !== '/api/publish') response.writeHead(404).end();
    else if (request.headers['x-api-key'] !== key) response.writeHead(401).end();
    else response.end(JSON.stringify(publish(JSON.parse(body) as { channel: string; data: unknown })));
  });
  const publish = ({ channel: name, data }: { channel: string; data: unknown }) => {
    if (!namespaceOf(name)) return { error: { code: 102, message: 'unknown channel' } };
    for (const [socket, subscribed] of subscribers) {
      if (subscribed === name) socket.send(JSON.stringify({ push: { channel: name, pub: { data } } }));
    }
    return { result: {} };
  };
  const namespaceOf = (name: string) => channel.namespaces.find((namespace) => name.startsWith(`${namespace.name}:`));
  const obey = (socket: WebSocket, command: { id?: number; connect?: object; subscribe?: { channel: string } }) => {
    const { id, connect, subscribe } = command;
    if (connect && client.allow_anonymous_connect_without_token)
      return { id, connect: { client: 'c', version: '0', ping: 25, pong: true } };
    if (subscribe && namespaceOf(subscribe.channel)?.allow_subscribe_for_anonymous) {
      subscribers.set(socket, subscribe.channel);
      return { id, subscribe: {} };
    }
    return { id, error: { code: 103, message: 'permission denied' } };
  };
  const sockets = new WebSocketServer({ server, path: '/connection/websocket' });
  sockets.on('connection', (socket) => {
    socket.on('message', (message: Buffer) => {
      if (message.toString() === '{}') pongs.push('{}');
      else
        socket.send(
          message
            .toString()
            .split('\n')
            .map((line) => JSON.stringify(obey(socket, JSON.parse(line))))
            .join('\n'),
        );
    });
  });
  server.listen(port, address);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    pongs,
    ping: () => {
      for (const socket of subscribers.keys()) socket.send('{}');
    },
    close: () => {
      for (const socket of sockets.clients) socket.terminate();
      server.close();
    },
  };
}
