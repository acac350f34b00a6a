import { expect, test } from 'vitest';
import { settled } from '../support/process.ts';
import { gift, startSockets, text } from './socket-process.ts';

const OURS = ['barrage.v1.protobuf', 'barrage.v1.protobuf.deflate', 'barrage.v1.json'] as const;

test.each([
  ['barrage.v1.json', 'barrage.v1.json'],
  ['barrage.v1.protobuf.deflate, barrage.v1.protobuf, barrage.v1.json', 'barrage.v1.protobuf.deflate'],
  ['barrage.v1.protobuf, barrage.v1.protobuf.deflate', 'barrage.v1.protobuf'],
  ['barrage.v9.json,barrage.v1.json , barrage.v1.protobuf', 'barrage.v1.json'],
  ['', ''],
])('of the subprotocols %j the first that is spoken here is chosen: %j', async (offered, chosen) => {
  const { uws } = await startSockets();
  expect(uws.connect({ subprotocol: offered })?.subprotocol).toBe(chosen);
});

test('whoever offers none that is spoken here is refused', async () => {
  const { uws } = await startSockets();
  expect(uws.connect({ subprotocol: 'barrage.v1.protobuf.deflat' })).toBeUndefined();
});

test('frames for the whole room come deflated where that was negotiated; answers never do', async () => {
  const { connect, flush, publish } = await startSockets();
  const [plain, deflated] = [connect('barrage.v1.protobuf'), connect('barrage.v1.protobuf.deflate')];
  await settled();
  flush();
  await publish([gift(1), ...Array.from({ length: 30 }, (_, index) => text(`comment no. ${index}`))]);
  flush();
  for (const { socket } of [plain, deflated]) socket.takeAll();
  expect(deflated.kinds).toEqual(plain.kinds);
  expect(deflated.ledger).toMatchObject({ faults: [], position: { priority: 1, chat: 30 } });
  // A deflated frame begins with the tag of field 6.
  const heads = ({ socket }: typeof deflated) => socket.read.map(([first]) => first === 0x32);
  expect(heads(plain)).not.toContain(true);
  expect(deflated.kinds.filter((_, index) => heads(deflated)[index])).toEqual(['chat']);
});

test('a history told to one who joins is never deflated: it is an answer to one client', async () => {
  const { connect, publish, flush } = await startSockets();
  const first = connect('barrage.v1.json');
  await settled();
  await publish(Array.from({ length: 30 }, (_, index) => text(`comment no. ${index}`)));
  flush();
  first.socket.takeAll();
  const client = connect('barrage.v1.protobuf.deflate');
  await settled();
  client.socket.takeAll();
  expect([client.kinds, client.socket.read[0]?.[0] === 0x32]).toEqual([['joined'], false]);
});

test('a room’s bytes are made once for all sockets of a subprotocol', async () => {
  const { connect, flush, publish } = await startSockets();
  const clients = [...OURS, ...OURS].map((subprotocol) => connect(subprotocol));
  await settled();
  flush();
  await publish([gift(1)]);
  flush();
  for (const { socket } of clients) socket.takeAll();
  const giftOf = (index: number) => clients[index]?.socket.read[clients[index]?.kinds.indexOf('priority') ?? -1];
  for (const [index] of OURS.entries()) expect(giftOf(index)).toBe(giftOf(index + OURS.length));
});
