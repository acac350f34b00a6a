// A peer: Socket.IO, set up as its documentation recommends for many clients (https://socket.io/docs/v4/performance-tuning/): WebSocket alone,
// without a first request by polling; the request of the handshake is let go. Everything else is its default, compression off among it.
//
// node … socket-io-server.ts; tells its port by an IPC message.
import { Server } from 'socket.io';
import { nodeIntake } from './node-intake.ts';
import { PeerIntake } from './peer-intake.ts';

const ROOM = 'room';

const intake = new PeerIntake((comment) => io.to(ROOM).emit('comment', comment));
const io = new Server(
  nodeIntake(() => intake),
  { transports: ['websocket'] },
);
io.engine.on('connection', (connection: { request: unknown }) => {
  connection.request = null;
});
io.on('connection', (socket) => void socket.join(ROOM));
