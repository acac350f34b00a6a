// The control: uWebSockets.js alone, in a process of its own: a handler that keeps responses, and writes events of given lengths to all of them at
// given times, as many a turn of the event loop as Barrage does. It takes nothing in and stores nothing.
//
// node … bare-streams-server.ts; tells its port by an IPC message, and does what others order (stream-messages.ts).
import { App, type HttpResponse, us_socket_local_port } from 'uWebSockets.js';
import { setTimeout as pause } from 'node:timers/promises';
import { StampedEvent } from './stamped-event.ts';
import type { PlayOrder } from './stream-messages.ts';

const PER_TURN = 250;

const streams = new Set<HttpResponse>();
/** By their length. */
const events = new Map<number, StampedEvent>();

const app = App().get('/*', (response) => {
  streams.add(response);
  response.onAborted(() => streams.delete(response));
  response.writeHeader('Content-Type', 'text/event-stream').write('retry: 2000\n\n');
});

process.on('disconnect', () => process.exit());
process.on('message', async ({ play: notes }: PlayOrder) => {
  for (const { bytes } of notes) if (!events.has(bytes)) events.set(bytes, new StampedEvent(bytes));
  const startedAt = performance.now();
  for (const { ms, bytes } of notes) {
    const waitMs = startedAt + ms - performance.now();
    if (waitMs >= 1) await pause(waitMs);
    const event = events.get(bytes)?.stamped(Date.now());
    if (event) await writeToAll(event);
  }
  process.send?.({});
});

async function writeToAll(event: Buffer): Promise<void> {
  let written = 0;
  for (const response of streams) {
    response.cork(() => void response.write(event));
    written++;
    if (written % PER_TURN === 0) await new Promise(setImmediate);
  }
}

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.send?.({ port: us_socket_local_port(listening) });
});
