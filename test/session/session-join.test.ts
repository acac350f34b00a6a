import { expect, test } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { added } from '../support/metrics.ts';
import { announce, openRoom, say, settled } from '../support/process.ts';
import { comment, JOIN_TIMEOUT_MS, join, start } from './fixture.ts';

test('a room named in the handshake is joined at once', async () => {
  const { broker, clock, connect, shard } = await start();
  await say(broker, 2);
  await announce(broker);
  const { outlet, session } = connect();
  session.joinAtOnce('r', undefined);
  await settled();
  expect(outlet.joins).toMatchObject([
    {
      room: 'r',
      epoch: 'e1',
      cursor: 'e1.1.2',
      recovered: true,
      online: 1,
      batches: [{ lane: 'priority' }, { lane: 'chat', from: 0, to: 2 }],
    },
  ]);
  expect(outlet.done).toEqual(['enter r']);
  expect((await openRoom(shard)).online).toBe(1);
  clock.advance(JOIN_TIMEOUT_MS * 2);
  expect(outlet.closed).toBeUndefined();
});

test('a cursor in the handshake is continued', async () => {
  const { broker, connect } = await start();
  await say(broker, 5);
  const { outlet, session } = connect();
  session.joinAtOnce('r', 'e1.0.3');
  await settled();
  expect(outlet.joins).toMatchObject([{ cursor: 'e1.0.5', recovered: true, batches: [{ from: 3, to: 5 }] }]);
});

test('a cursor of another life is answered with the newest, and recovered: false', async () => {
  const { broker, connect } = await start();
  await say(broker, 2);
  const { outlet, session } = connect();
  session.joinAtOnce('r', 'other.0.1');
  await settled();
  expect(outlet.joins).toMatchObject([{ cursor: 'e1.0.2', recovered: false, batches: [{ from: 0, to: 2 }] }]);
});

test('the answer goes up to the position from which frames reach the connection', async () => {
  const { broker, clock, connect, fanOut } = await start();
  const early = connect();
  early.session.joinAtOnce('r', undefined);
  await settled();
  await say(broker);
  clock.turn();
  await say(broker); // pending: the window has not passed
  const { outlet, session } = connect();
  session.joinAtOnce('r', undefined);
  await settled();
  expect(outlet.joins).toMatchObject([{ cursor: 'e1.0.1', batches: [{ from: 0, to: 1 }] }]);
  clock.turn();
  clock.advance(100);
  expect(fanOut.ranges('chat').at(-1)).toEqual([1, 2]);
});

test.each([
  ['a bad room', 'a b', undefined, 'invalid_room'],
  ['an empty room', '', undefined, 'invalid_room'],
  ['a bad cursor', 'r', 'yesterday', 'invalid_cursor'],
])('%s in the handshake is told and closed', async (_, room, cursor, code) => {
  const { connect } = await start();
  const { outlet, session } = connect();
  const closes = await added('closes', () => session.joinAtOnce(room, cursor));
  expect([outlet.said, outlet.closed, closes]).toEqual([[`error - ${code}`], CLOSE_CODES.joinRefused, 1]);
});

test('a room in the handshake that cannot be opened for now is told, and closed to come back', async () => {
  const { broker, connect } = await start();
  broker.failNext('read');
  const { outlet, session } = connect();
  session.joinAtOnce('r', undefined);
  await settled();
  expect([outlet.said, outlet.closed]).toEqual([['error - broker_unavailable'], CLOSE_CODES.unavailable]);
});

test('a join by frame is answered, and then acknowledged by its id', async () => {
  const { connect } = await start();
  const { outlet, send } = connect();
  send(join('r', { id: 7 }));
  await settled();
  expect(outlet.said).toEqual(['joined r', 'ack 7']);
  expect(outlet.acks).toEqual([{ id: 7 }]);
});

test('a join by frame with a bad cursor is refused, and changes nothing', async () => {
  const { clock, connect } = await start();
  const { outlet, send } = connect();
  send(join('r'));
  await settled();
  send(join('s', { id: 2, cursor: '0' }));
  await settled();
  expect([outlet.said, outlet.done]).toEqual([['joined r', 'error 2 invalid_cursor'], ['enter r']]);
  clock.advance(JOIN_TIMEOUT_MS);
  expect(outlet.closed).toBeUndefined();
});

test('a join by frame that is refused for now leaves the connection waiting, for as long as a new one', async () => {
  const { broker, clock, connect } = await start();
  const { outlet, send } = connect();
  clock.advance(JOIN_TIMEOUT_MS - 1);
  broker.failNext('follow');
  send(join('r', { id: 1 }));
  await settled();
  expect(outlet.said).toEqual(['error 1 broker_unavailable']);
  clock.advance(JOIN_TIMEOUT_MS - 1);
  expect(outlet.closed).toBeUndefined();
  send(join('r', { id: 2 }));
  await settled();
  expect(outlet.said.slice(1)).toEqual(['joined r', 'ack 2']);
});

test('a new join changes rooms: the one before is left first, and counts a viewer less', async () => {
  const { connect, shard } = await start();
  const { outlet, send } = connect();
  send(join('r'));
  await settled();
  send(join('s'));
  await settled();
  expect(outlet.done).toEqual(['enter r', 'leave r', 'enter s']);
  expect([(await openRoom(shard, 'r')).online, (await openRoom(shard, 's')).online]).toEqual([0, 1]);
});

test('a new join of the same room answers anew, and counts one viewer', async () => {
  const { connect, shard } = await start();
  const { outlet, send } = connect();
  send(join('r'), join('r', { cursor: 'e1.0.0' }));
  await settled();
  expect(outlet.said).toEqual(['joined r', 'joined r']);
  expect((await openRoom(shard)).online).toBe(1);
});

test('whoever joins no room in time is told and closed', async () => {
  const { clock, connect } = await start();
  const { outlet } = connect();
  clock.advance(JOIN_TIMEOUT_MS - 1);
  expect(outlet.frames).toEqual([]);
  clock.advance(1);
  expect([outlet.said, outlet.closed]).toEqual([['error - join_timeout'], CLOSE_CODES.joinTimeout]);
});

test('a connection that ends leaves its room once, and leaves no timer', async () => {
  const { clock, connect, shard } = await start();
  const room = await openRoom(shard);
  const stay = connect();
  stay.session.joinAtOnce('r', undefined);
  const { outlet, session } = connect();
  session.joinAtOnce('r', undefined);
  await settled();
  clock.turnUntilQuiet();
  session.ended();
  session.ended();
  session.close(CLOSE_CODES.draining);
  expect([outlet.done, room.online]).toEqual([['enter r', 'leave r'], 1]);
  const waiting = connect();
  const timers = clock.pendingTimers;
  waiting.session.ended();
  expect(clock.pendingTimers).toBe(timers - 1);
});

test('a connection that the session closes leaves its room once, though its end is told as well', async () => {
  const { connect, shard } = await start();
  const { outlet, session } = connect();
  session.joinAtOnce('r', undefined);
  await settled();
  session.close(CLOSE_CODES.draining);
  session.ended();
  session.close(CLOSE_CODES.draining);
  expect(outlet.done).toEqual(['enter r', 'close 4000', 'leave r']);
  expect((await openRoom(shard)).online).toBe(0);
});

test('a connection that ends while its room opens never enters it', async () => {
  const { broker, connect, shard } = await start();
  const release = broker.hold('read');
  const { outlet, session, send } = connect();
  session.joinAtOnce('r', undefined);
  send(comment('a', 1));
  session.ended();
  release();
  await settled();
  expect([outlet.done, outlet.frames]).toEqual([[], []]);
  expect((await openRoom(shard)).online).toBe(0);
});

test('a connection that was closed because its room was refused obeys nothing that waited behind', async () => {
  const { broker, connect, shard } = await start();
  const other = await openRoom(shard, 'other');
  broker.failNext('read');
  const { outlet, session, send } = connect();
  session.joinAtOnce('r', undefined);
  send(join('other', { id: 1 }));
  await settled();
  session.ended();
  expect([outlet.said, outlet.done]).toEqual([['error - broker_unavailable'], ['close 4001']]);
  expect(other.online).toBe(0);
});
