import type { DialectName } from './dialect.ts';

/** Something else that could have been used: a server of its own in this folder. */
export interface Peer {
  readonly name: string;
  readonly script: URL;
  readonly path: string;
  readonly dialect: DialectName;
  /** How it is set up. */
  readonly settings: string;
}

export const uwsJson: Peer = {
  name: 'uWebSockets.js, JSON',
  script: new URL('uws-json-server.ts', import.meta.url),
  path: '/',
  dialect: 'json',
  settings: 'app.publish() of one JSON message a comment; defaults: no compression, at most 64 KB wait for a slow reader',
};

const wsBroadcast: Peer = {
  name: 'ws',
  script: new URL('ws-server.ts', import.meta.url),
  path: '/',
  dialect: 'json',
  settings: 'client.send() of one JSON message a comment to every client, as in its README; defaults: no perMessageDeflate',
};

export const socketIo: Peer = {
  name: 'Socket.IO',
  script: new URL('socket-io-server.ts', import.meta.url),
  path: '/socket.io/?EIO=4&transport=websocket',
  dialect: 'socket.io',
  settings:
    "transports: ['websocket'], io.to(room).emit('comment', …), the handshake's request let go as its performance tuning has it; defaults: no perMessageDeflate",
};

export const PEERS: readonly Peer[] = [uwsJson, wsBroadcast, socketIo];
