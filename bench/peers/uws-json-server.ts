// A peer: uWebSockets.js alone, one JSON message a comment by its own publish and subscribe, as its examples do. Settings are its defaults: no
// compression, and what waits for a slow reader is bounded to 64 KB, past which messages to it are dropped.
//
// node … uws-json-server.ts; tells its port by an IPC message.
import { App, us_socket_local_port } from 'uWebSockets.js';
import { PeerIntake } from './peer-intake.ts';

const TOPIC = 'room';

const intake = new PeerIntake((comment) => app.publish(TOPIC, JSON.stringify(comment)));
const app = App()
  .ws('/*', {
    open(socket) {
      socket.subscribe(TOPIC);
    },
  })
  .post('/*', (response) => {
    const parts: Buffer[] = [];
    let isAborted = false;
    response.onAborted(() => {
      isAborted = true;
    });
    response.onData((part, isLast) => {
      parts.push(Buffer.from(part.slice(0))); // a copy: it is gone when this returns
      if (!isLast || isAborted) return;
      const answer = intake.take(Buffer.concat(parts).toString());
      response.writeHeader('Content-Type', 'application/json').end(answer);
    });
  });

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  intake.ready(us_socket_local_port(listening));
});
