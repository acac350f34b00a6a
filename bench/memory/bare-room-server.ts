// The control: uWebSockets.js alone, in a process of its own. A socket that connects gets a first frame as long as Barrage's `joined` is, and is
// subscribed to two topics, as a viewer is in Barrage. Nothing more is known of it.
//
// node … bare-room-server.ts JOINED_BYTES; tells its port by an IPC message, and how many sockets there are for every other message.
import { App, us_socket_local_port } from 'uWebSockets.js';
import { joinedFrame } from './joined-frame.ts';

const [bytes = 0] = process.argv.slice(2).map(Number);
const joined = joinedFrame(bytes);
let sockets = 0;

const app = App().ws<Record<never, never>>('/*', {
  compression: 0,
  maxBackpressure: 64 * 1024,
  upgrade(response, request, context) {
    const key = request.getHeader('sec-websocket-key');
    const protocol = request.getHeader('sec-websocket-protocol');
    response.upgrade({}, key, protocol, request.getHeader('sec-websocket-extensions'), context);
  },
  open(socket) {
    sockets++;
    socket.send(joined, true);
    socket.subscribe('priority');
    socket.subscribe('chat');
  },
  close() {
    sockets--;
  },
});

process.on('disconnect', () => process.exit());
process.on('message', () => process.send?.({ sockets }));

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.send?.({ port: us_socket_local_port(listening) });
});
