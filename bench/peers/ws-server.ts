// A peer: `ws`, as its README broadcasts ("Server broadcast"): one message a comment, one send a client. No compression, which is its default.
//
// node … ws-server.ts; tells its port by an IPC message.
import { WebSocket, WebSocketServer } from 'ws';
import { nodeIntake } from './node-intake.ts';
import { PeerIntake } from './peer-intake.ts';

const intake = new PeerIntake((comment) => {
  const message = JSON.stringify(comment);
  for (const client of sockets.clients) {
    if (client.readyState === WebSocket.OPEN) client.send(message);
  }
});
const sockets = new WebSocketServer({ server: nodeIntake(() => intake) });
sockets.on('connection', (socket) => socket.on('error', () => undefined)); // a viewer went away: it is off the list then
