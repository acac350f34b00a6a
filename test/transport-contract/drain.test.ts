import { expect, test } from 'vitest';
import { LoopLoad } from '../../src/shard/loop-load.ts';
import { ConnectionCount } from '../../src/transport/connection-count.ts';
import { Origins } from '../../src/transport/origins.ts';
import { PollTransport } from '../../src/transport/poll.ts';
import { WaitingRooms } from '../../src/transport/waiting-rooms.ts';
import { FakeApp } from '../support/fake-http.ts';
import { metrics } from '../support/metrics.ts';
import { say, settled, startProcessWith } from '../support/process.ts';

const WAITERS = 251;

// Waiters are woken 250 a turn, and the server drains in the turn after the last flush.
test('long pollers of a server that stops are all told what was pending', async () => {
  const rooms: WaitingRooms[] = [];
  const { admission, arrivals, broker, clock, entrance, shard } = await startProcessWith((manual) => {
    const waiting = new WaitingRooms(manual);
    rooms.push(waiting);
    return waiting;
  });
  const [waiting] = rooms;
  if (!waiting) throw new Error('no fan-out was made');
  const app = new FakeApp();
  const shared = {
    shard,
    entrance,
    admission,
    arrivals,
    clock,
    metrics,
    connections: new ConnectionCount(1000, metrics),
    origins: new Origins(['*']),
  };
  const polls = new PollTransport({ ...shared, waiting, load: new LoopLoad(clock), random: () => 0.5, onFault: rethrow });
  polls.listen(app.app);
  await shard.open('r');
  const ask = () => app.get('/v1/rooms/:room/events', { parameter: 'r', query: 'wait=30&cursor=e1.0.0' });
  const waiters = Array.from({ length: WAITERS }, ask);
  await say(broker);
  await settled();
  // As the server stops: all is flushed, a turn passes, and the transports drain.
  shard.flushAll();
  clock.turn();
  polls.drain();
  clock.turnUntilQuiet();
  expect(new Set(waiters.map(({ status }) => status))).toEqual(new Set([200]));
});

function rethrow(error: unknown): never {
  throw error;
}
