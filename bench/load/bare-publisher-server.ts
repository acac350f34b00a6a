// The control: uWebSockets.js alone, in a process of its own. It publishes frames of given lengths at given times, by cohorts as Barrage does: a
// priority frame to all cohorts at once, a chat frame to one cohort a turn of the event loop. It takes nothing in, stores nothing, and
// knows no viewer.
//
// node … bare-publisher-server.ts COHORT_SIZE; tells its port by an IPC message, and does what others order (bare-messages.ts).

import { App, us_socket_local_port, type WebSocket } from 'uWebSockets.js';
import { setTimeout as pause } from 'node:timers/promises';
import { Lane } from '../../src/protocol/event.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { bareFrame } from './bare-frame.ts';
import type { BareOrder } from './bare-messages.ts';
import type { FrameNote } from './viewer-messages.ts';

/** Rounds on their way when as much is published as is read. */
const MAX_ROUNDS = 2;
const MAX_BACKLOG_BYTES = 64 * 1024;

/** Nothing is known of a viewer. */
type Viewer = Record<never, never>;

const [cohortSize = 1000] = process.argv.slice(2).map(Number);
const joined = protobufCodec.encodeServerFrame({
  joined: { room: 'bare', epoch: 'bare', cursor: 'bare.0.0', recovered: true, online: 0, batches: [] },
});
const pong = protobufCodec.encodeServerFrame({ pong: {} });
const position = { priority: 0, chat: 0 };
let viewers = 0;
const connected = new Set<WebSocket<Viewer>>();
let roundsOnTheirWay = 0;

const app = App()
  .get('/healthz', (response) => {
    response.writeHeader('Content-Type', 'application/json').end('{"status":"ok"}');
  })
  .ws<Viewer>('/*', {
    compression: 0,
    maxBackpressure: MAX_BACKLOG_BYTES,
    upgrade(response, request, context) {
      const key = request.getHeader('sec-websocket-key');
      const protocol = request.getHeader('sec-websocket-protocol');
      const extensions = request.getHeader('sec-websocket-extensions');
      response.upgrade({}, key, protocol, extensions, context);
    },
    open(socket) {
      socket.send(joined, true);
      socket.subscribe(topicOf(Math.floor(viewers++ / cohortSize)));
      connected.add(socket);
    },
    // The only frame that a viewer of the benchmark sends is a ping.
    message(socket) {
      socket.send(pong, true);
    },
    pong() {
      roundsOnTheirWay--;
    },
    close(socket) {
      connected.delete(socket);
    },
  });

process.on('disconnect', () => process.exit());
process.on('message', async (order: BareOrder) => {
  if (order === 'position') {
    process.send?.(position);
    return;
  }
  await ('play' in order ? play(order.play) : saturate(order.saturate));
  process.send?.({});
});

async function play(notes: readonly FrameNote[]): Promise<void> {
  const startedAt = performance.now();
  let chatOnItsWay: Promise<void> = Promise.resolve();
  for (const { ms, lane, bytes } of notes) {
    const waitMs = startedAt + ms - performance.now();
    if (waitMs > 0) await pause(waitMs);
    const frame = nextFrame(lane, bytes);
    if (lane === Lane.priority) {
      for (let cohort = 0; cohort < cohorts(); cohort++) app.publish(topicOf(cohort), frame, true);
    } else {
      // Not waited for here: what has priority overtakes it.
      chatOnItsWay = chatOnItsWay.then(() => publishSlices(frame));
    }
  }
  await chatOnItsWay;
}

async function publishSlices(frame: Uint8Array): Promise<void> {
  for (let cohort = 0; cohort < cohorts(); cohort++) {
    app.publish(topicOf(cohort), frame, true);
    await new Promise(setImmediate);
  }
}

/** The viewer that came last answers a ping behind each round: when it has, so have about all others. */
async function saturate({ bytes, seconds }: { bytes: number; seconds: number }): Promise<void> {
  const last = [...connected].at(-1);
  const endAt = performance.now() + seconds * 1000;
  roundsOnTheirWay = 0;
  while (performance.now() < endAt) {
    if (roundsOnTheirWay < MAX_ROUNDS) {
      await publishSlices(nextFrame(Lane.chat, bytes));
      roundsOnTheirWay++;
      last?.ping();
    }
    await new Promise(setImmediate);
  }
}

function nextFrame(lane: Lane, bytes: number): Uint8Array {
  const offset = lane === Lane.ambient ? 0 : ++position[lane];
  return bareFrame({ lane, offset, bytes, at: Date.now() });
}

function cohorts(): number {
  return Math.ceil(viewers / cohortSize);
}

function topicOf(cohort: number): string {
  return `cohort/${cohort}`;
}

app.listen('127.0.0.1', 0, (listening) => {
  if (!listening) throw new Error('cannot listen on the loopback');
  process.send?.({ port: us_socket_local_port(listening) });
});
