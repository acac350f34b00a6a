// The control: uWebSockets.js alone, in a process of its own. It keeps what it is asked waiting, and writes the same text to all that wait
// when it is told to: it ends a poll, and goes on with a stream.
//
// node … bare-holder-server.ts BYTES; tells its port by an IPC message, and its waiters' number by others.
import { App, type HttpResponse, us_socket_local_port } from 'uWebSockets.js';

const [bytes = 500] = process.argv.slice(2).map(Number);
const polls = new Set<HttpResponse>();
const streams = new Set<HttpResponse>();

const app = App()
  .get('/poll', (response) => keep(polls, response))
  .get('/stream', (response) => {
    keep(streams, response);
    response.writeHeader('Content-Type', 'text/event-stream').write('retry: 2000\n\n');
  });

process.on('disconnect', () => process.exit());
process.on('message', ({ fire }: { fire?: string }) => {
  if (fire !== undefined) {
    const body = fire.padEnd(bytes);
    for (const poll of polls) poll.cork(() => poll.writeHeader('Content-Type', 'application/json').end(body));
    polls.clear();
    for (const stream of streams) stream.cork(() => stream.write(body));
  }
  process.send?.({ poll: polls.size, stream: streams.size });
});

function keep(waiting: Set<HttpResponse>, response: HttpResponse): void {
  waiting.add(response);
  response.onAborted(() => waiting.delete(response));
}

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.send?.({ port: us_socket_local_port(listening) });
});
