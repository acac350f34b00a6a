import { afterEach, describe, expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { SUBPROTOCOLS, type Subprotocol } from '../../src/protocol/codec.ts';
import { MAX_BACKLOG_BYTES } from '../../src/transport/socket-outlet.ts';
import { added } from '../support/metrics.ts';
import { settled } from '../support/process.ts';
import { gaugeOf, gift, LAG_TIMEOUT_MS, like, type SocketClient, startSockets, text } from './socket-process.ts';

// A frame of a gift or a comment comes to some hundred bytes: a few of them are more than may wait.
const WEIGHT = 200;
const NETWORK_BYTES = 1024;
/** As many as come to more than 16 KiB in any subprotocol. */
const MANY = 60;
const LONG = '弹幕'.repeat(95);
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1);

type Sockets = Awaited<ReturnType<typeof startSockets>>;
let started: Sockets[] = [];
afterEach(async () => {
  for (const { faults, uws } of started) {
    expect(faults).toEqual([]);
    for (const socket of [...uws.sockets]) socket.leave();
  }
  started = [];
  expect(await gaugeOf('lagging')).toBe(0);
});

async function start(options: Parameters<typeof startSockets>[1] = {}): Promise<Sockets> {
  const process = await startSockets({ weight: WEIGHT, networkBytes: NETWORK_BYTES }, options);
  started.push(process);
  return process;
}

/** A client that has joined, read that, and reads nothing since: so much waits for it that the next frame is dropped. */
async function full(subprotocol: Subprotocol = 'barrage.v1.json', options: Parameters<typeof startSockets>[1] = {}) {
  const process = await start(options);
  const client = process.connect(subprotocol);
  await settled();
  process.flush();
  client.socket.takeAll();
  const { socket } = client;
  while (socket.backlog <= MAX_BACKLOG_BYTES) client.send({ ping: {} });
  return { ...process, client, socket };
}

const ledgerFaults = (client: SocketClient) => client.ledger.faults;

describe.each(['barrage.v1.json', 'barrage.v1.protobuf', 'barrage.v1.protobuf.deflate'] as const)('SocketOutlet, %s', (subprotocol) => {
  test('a frame that was dropped takes the socket out of its topics, in a later turn, and it is caught up from where it stood', async () => {
    const { client, loop, publish, socket, flush } = await full(subprotocol);
    expect(socket.topics.size).toBe(2);
    await publish([gift(1), gift(2)]);
    loop();
    expect(socket.topics.size).toBe(2); // published, and not given out yet
    loop();
    expect([socket.topics.size, await gaugeOf('lagging')]).toEqual([0, 1]);
    await publish([gift(3), text('a')]);
    flush();
    socket.takeAll();
    const { faults, priority, position } = client.ledger;
    expect([faults, priority, position]).toEqual([[], [1, 2, 3], { priority: 3, chat: 1 }]);
    expect([socket.topics.size, await gaugeOf('lagging')]).toEqual([2, 0]);
    await publish([gift(4), text('b')]);
    flush();
    socket.takeAll();
    expect([ledgerFaults(client), client.ledger.priority, client.ledger.position?.chat]).toEqual([[], upTo(4), 2]);
  });

  // The library tells of the first that it drops for a socket, and passes over the others.
  test('gifts and chat of one turn are dropped together, and neither is lost', async () => {
    const { client, flush, publish, socket } = await full(subprotocol);
    await publish([text('a'), gift(1), text('b')]);
    flush();
    socket.takeAll();
    expect([ledgerFaults(client), client.ledger.priority, client.ledger.position]).toEqual([[], [1], { priority: 1, chat: 2 }]);
  });

  test('chat that is dropped with the likes before it is not lost', async () => {
    const { client, clock, flush, loop, publish, socket } = await full(subprotocol);
    await publish([like]);
    clock.turn();
    await publish([text('a')]);
    loop();
    flush();
    socket.takeAll();
    expect([ledgerFaults(client), client.ledger.position?.chat]).toEqual([[], 1]);
  });

  test('likes alone that were dropped cost nothing but themselves: the client is live again once it has read', async () => {
    const { client, flush, publish, socket } = await full(subprotocol);
    await publish([like]);
    flush();
    expect([socket.topics.size, await gaugeOf('lagging')]).toEqual([0, 1]);
    socket.takeAll();
    expect([socket.topics.size, await gaugeOf('lagging')]).toEqual([2, 0]);
    await publish([gift(1)]);
    flush();
    socket.takeAll();
    expect([ledgerFaults(client), client.ledger.priority]).toEqual([[], [1]]);
  });
});

/** A client for which not quite so much waits that the next frame is dropped; the one after it is. */
async function nearlyFull() {
  const process = await full();
  fillNearly(process.client);
  return process;
}

function fillNearly(client: SocketClient): void {
  while (client.socket.backlog <= MAX_BACKLOG_BYTES) client.send({ ping: {} });
  while (client.socket.backlog > MAX_BACKLOG_BYTES / 2) client.socket.take(NETWORK_BYTES);
  while (client.socket.backlog <= MAX_BACKLOG_BYTES - 14 * WEIGHT) client.send({ ping: {} });
}

test('what is dropped while an answer is sent, before it, is noticed', async () => {
  const { client, clock, flush, loop, publish, socket } = await nearlyFull();
  await publish([gift(1)]);
  clock.turn();
  clock.advance(20);
  await publish([gift(2)]);
  clock.turn();
  const drops = await added('drops', () => client.send({ ping: {} }));
  expect(drops).toBe(1);
  loop();
  flush();
  socket.takeAll();
  expect([ledgerFaults(client), client.ledger.priority]).toEqual([[], [1, 2]]);
});

// The dropped gift is noted before the network is looked at; the slice of the chat flush was planned before the farewell to the topics.
test('a client that reads right after it missed a gift is not sent the chat behind it first', async () => {
  const { clock, connect, flush, loop, publish } = await start({ cohortSize: 1 });
  const first = connect('barrage.v1.json');
  const client = connect('barrage.v1.json');
  await settled();
  flush();
  await publish([gift(1)]);
  loop();
  loop();
  client.socket.takeAll();
  while (client.socket.backlog <= MAX_BACKLOG_BYTES) client.send({ ping: {} });
  await publish([gift(2), text('a')]);
  clock.turn(); // chat goes to the first cohort; the gift waits for its gap
  loop(20, () => client.socket.takeAll());
  flush();
  for (const one of [first, client]) {
    one.socket.takeAll();
    const { faults, position, priority } = one.ledger;
    expect([faults, priority, position]).toEqual([[], [1, 2], { priority: 2, chat: 1 }]);
  }
});

// The library gives out a message of 16 KiB and more at once, ahead of what was published before it, and tells of drops in that order.
test('a gift that was dropped beside many long comments is not lost', async () => {
  const { client, flush, publish, socket } = await full();
  await publish([gift(1), ...upTo(MANY).map((number) => text(`${number} ${LONG}`))]);
  flush();
  socket.takeAll();
  const { faults, priority, position, unaccounted } = client.ledger;
  expect([faults, priority, position, unaccounted]).toEqual([[], [1], { priority: 1, chat: MANY }, 0]);
});

test('many long gifts that are sent where likes are dropped right before are told once', async () => {
  const { connect, flush, loop, publish } = await start({ cohortSize: 1 });
  const [first, client] = [connect('barrage.v1.json'), connect('barrage.v1.json')];
  await settled();
  flush();
  fillNearly(client);
  await publish([text('a'), like]);
  loop();
  await publish(upTo(MANY).map((number) => ({ notice: { text: `${number} ${LONG}` } })));
  loop(); // a slice of chat and likes, then the notices
  for (const one of [first, client]) {
    for (let rounds = 0; rounds < 3; rounds++) {
      flush();
      one.socket.takeAll();
    }
    const { faults, priority, position } = one.ledger;
    expect([faults, priority, position]).toEqual([[], upTo(MANY), { priority: MANY, chat: 1 }]);
  }
});

test('a flush of many long comments reaches sockets whole, by every subprotocol', async () => {
  const process = await startSockets();
  started.push(process);
  const { connect, flush, publish } = process;
  const clients = SUBPROTOCOLS.map((subprotocol) => connect(subprotocol));
  await settled();
  await publish(upTo(MANY).map((number) => text(`${number} ${LONG}`)));
  for (let rounds = 0; rounds < 3; rounds++) {
    flush();
    for (const { socket } of clients) socket.takeAll();
  }
  for (const client of clients) {
    const { faults, position, shown, skipped } = client.ledger;
    expect([faults, position?.chat, shown, skipped]).toEqual([[], MANY, MANY, 0]);
  }
});

test('a client that falls behind between two frames of one flush knows how much it skipped, however long that was', async () => {
  const { client, clock, flush, loop, publish, socket } = await full('barrage.v1.json', { chatPerSecond: MANY, historySize: MANY });
  socket.takeAll();
  const many = (round: number) => upTo(3 * MANY).map((number) => text(`${round}.${number} ${LONG}`, { id: `u${number}`, name: 'n' }));
  await publish(many(1));
  clock.turn();
  loop(); // the first frame is sent, and fills the backlog; the others find no place
  expect(client.kinds.includes('chat')).toBe(false);
  for (const round of [2, 3]) {
    clock.advance(1000);
    await publish(many(round));
    flush();
  }
  for (let rounds = 0; rounds < 3; rounds++) {
    socket.takeAll();
    flush();
  }
  const { faults, position, unaccounted } = client.ledger;
  expect([faults, position?.chat, unaccounted]).toEqual([[], 9 * MANY, 0]);
});

test('an answer that was dropped is no frame of the room: the client does not lag for it', async () => {
  const { client, flush, socket } = await full();
  client.send({ ping: {} });
  flush();
  expect([socket.topics.size, await gaugeOf('lagging')]).toEqual([2, 0]);
  const before = client.kinds.length;
  socket.takeAll();
  expect(client.kinds.slice(before).filter((kind) => kind === 'pong').length).toBeGreaterThan(1);
});

test('a client that goes while it lags, or in the turn in which a frame was dropped, is not touched again', async () => {
  const { client, flush, loop, publish, socket } = await full();
  await publish([gift(1)]);
  loop();
  loop(0, () => client.socket.leave());
  flush();
  expect([socket.topics.size, await gaugeOf('lagging'), await gaugeOf('connections')]).toEqual([0, 0, 0]);
});

test('a client that is closed while much waits for it is told the code behind all that', async () => {
  const { client, clock, publish, loop, socket, faults } = await full();
  await publish([gift(1)]);
  loop();
  loop();
  clock.advance(LAG_TIMEOUT_MS);
  // Not yet: the library would drop the closing frame, too.
  expect([socket.hasEnded, await gaugeOf('connections'), await gaugeOf('lagging')]).toEqual([false, 1, 0]);
  socket.take(NETWORK_BYTES);
  while (!socket.hasEnded && socket.backlog > 0) socket.take(NETWORK_BYTES);
  expect([socket.hasEnded, await gaugeOf('connections')]).toEqual([true, 0]);
  const timers = clock.pendingTimers;
  socket.takeAll();
  clock.advance(LAG_TIMEOUT_MS * 2);
  expect([socket.closed, client.kinds.includes('priority')]).toEqual([CLOSE_CODES.lagging, false]);
  expect(clock.pendingTimers).toBeLessThanOrEqual(timers);
  expect(faults).toEqual([]);
});

test('a client that reads nothing even then is cut off, and holds no place any more', async () => {
  const { clock, loop, publish, socket } = await full();
  await publish([gift(1)]);
  loop();
  loop();
  clock.advance(LAG_TIMEOUT_MS * 2 - 1);
  expect(socket.hasEnded).toBe(false);
  clock.advance(1);
  expect([socket.hasEnded, socket.closed, await gaugeOf('connections')]).toEqual([true, 1006, 0]);
});

test('a client for which little waits is told the code at once', async () => {
  const { connect, transport } = await start();
  const client = connect('barrage.v1.json');
  await settled();
  transport.drain();
  expect([client.socket.hasEnded, await gaugeOf('connections')]).toEqual([true, 0]);
  client.socket.takeAll();
  expect(client.socket.closed).toBe(CLOSE_CODES.draining);
});

test('a closed socket is not touched by what comes later: publishes, reads, answers, a second close', async () => {
  const { broker, client, clock, flush, loop, publish, socket, transport } = await full();
  const release = broker.hold('append');
  client.send({ id: 1, comment: { text: 'said' } });
  await settled();
  loop();
  client.send({ ping: {} }); // one answer too many: it reads nothing, and is given up
  clock.advance(LAG_TIMEOUT_MS);
  expect(socket.hasEnded).toBe(false);
  const timers = clock.pendingTimers;
  socket.leave();
  expect(clock.pendingTimers).toBe(timers - 1); // the time for the closing frame
  release();
  await settled();
  await publish([gift(1), text('a')]);
  flush();
  transport.drain();
  clock.advance(LAG_TIMEOUT_MS * 2);
  expect(await gaugeOf('connections')).toBe(0);
});

test('sockets that lag leave their cohort: the others share it, and new ones take the place', async () => {
  const { client, connect, flush, loop, publish, socket } = await full('barrage.v1.json', { cohortSize: 2 });
  const other = connect('barrage.v1.json');
  await settled();
  const sharedTopics = [...other.socket.topics];
  expect(sharedTopics).toEqual([...socket.topics]);
  await publish([gift(1)]);
  loop();
  loop(0, () => other.socket.takeAll());
  expect(socket.topics.size).toBe(0);
  const third = connect('barrage.v1.json');
  await settled();
  expect([...third.socket.topics]).toEqual(sharedTopics);
  socket.takeAll();
  expect(socket.topics.size).toBe(2);
  expect([...socket.topics]).not.toEqual(sharedTopics);
  await publish([gift(2), text('a')]);
  for (let rounds = 0; rounds < 3; rounds++) {
    flush();
    for (const one of [client, other, third]) one.socket.takeAll();
  }
  for (const one of [client, other, third]) expect([ledgerFaults(one), one.ledger.position]).toEqual([[], { priority: 2, chat: 1 }]);
});
