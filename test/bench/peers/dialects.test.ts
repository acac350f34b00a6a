import { expect, it } from 'vitest';
import { bareFrame } from '../../../bench/load/bare-frame.ts';
import { DIALECTS } from '../../../bench/peers/dialect.ts';
import { protobufCodec } from '../../../src/protocol/protobuf-codec.ts';

const AT = 1_795_300_000_000;
/** Somewhere within what came. */
const within = (payload: Uint8Array | string) => {
  const bytes = Buffer.concat([Buffer.from('before'), Buffer.from(payload), Buffer.from('behind')]);
  return { bytes, start: 6, end: bytes.length - 6 };
};
const { barrage, json, 'socket.io': socketIo } = DIALECTS;

it('the dialect of Barrage tells the times of a batch and its lane', () => {
  expect(barrage.read(within(bareFrame({ lane: 'chat', offset: 1, bytes: 80, at: AT })))).toEqual({ times: [AT], lane: 'chat' });
});

it('the dialect of Barrage tells the welcome, and nothing of other frames', () => {
  const joined = { room: 'r', epoch: 'e', cursor: 'e.0.0', recovered: true, online: 1, batches: [] };
  expect(barrage.read(within(protobufCodec.encodeServerFrame({ joined })))).toEqual({ times: [], isWelcome: true });
  expect(barrage.read(within(protobufCodec.encodeServerFrame({ pong: {} })))).toEqual({ times: [] });
});

it('the dialect of JSON tells the time of a comment', () => {
  expect(json.read(within(`{"id":1,"at":${AT},"text":"是的"}`))).toEqual({ times: [AT] });
});

it.each(['{"text":"666"}', 'null', '[]', '{"at":"now"}'])('the dialect of JSON throws for %s', (message) => {
  expect(() => json.read(within(message))).toThrow('not a comment');
});

it("the dialect of Socket.IO answers Engine.IO's open with a connect, and its ping with a pong", () => {
  expect(socketIo.read(within('0{"sid":"a","upgrades":[],"pingInterval":25000}'))).toEqual({
    times: [],
    reply: Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]),
  });
  expect(socketIo.read(within('2'))).toEqual({ times: [], reply: Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x33]) });
});

it('the dialect of Socket.IO tells the welcome and the time of a comment, and passes over other events', () => {
  expect(socketIo.read(within('40{"sid":"b"}'))).toEqual({ times: [], isWelcome: true });
  expect(socketIo.read(within(`42["comment",{"id":1,"at":${AT},"text":"666"}]`))).toEqual({ times: [AT] });
  expect(socketIo.read(within('42["online",7]'))).toEqual({ times: [] });
});

it('the dialect of Socket.IO throws for what a viewer does not expect', () => {
  expect(() => socketIo.read(within('44{"message":"no"}'))).toThrow('44');
});
