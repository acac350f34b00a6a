// The control: uWebSockets.js alone, in a process of its own. It answers a one-byte message with the same byte, and publishes on any
// other a frame to each of two topics, one binary and one text, as Barrage publishes a flush once per codec.
//
// node … bare-server.ts BINARY_BYTES TEXT_BYTES; tells its port by an IPC message.
import { App, us_socket_local_port } from 'uWebSockets.js';

const [binaryBytes = 100, textBytes = 100] = process.argv.slice(2).map(Number);
const binaryFrame = new Uint8Array(binaryBytes).fill(0x61);
const textFrame = new Uint8Array(textBytes).fill(0x61);

const app = App().ws<{ topic: string }>('/*', {
  compression: 0,
  upgrade(response, request, context) {
    const protocol = request.getHeader('sec-websocket-protocol');
    const topic = protocol.includes('json') ? 'text' : 'binary';
    const key = request.getHeader('sec-websocket-key');
    response.upgrade({ topic }, key, protocol, request.getHeader('sec-websocket-extensions'), context);
  },
  open(socket) {
    socket.subscribe(socket.getUserData().topic);
  },
  message(socket, message, isBinary) {
    if (message.byteLength === 1) {
      socket.send(message, isBinary);
      return;
    }
    app.publish('binary', binaryFrame, true);
    app.publish('text', textFrame, false);
  },
});

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  // SIGTERM ends a process by itself. Where the benchmark was killed, its end of the channel goes, and this process with it.
  process.on('disconnect', () => process.exit());
  process.send?.({ port: us_socket_local_port(listening) });
});
