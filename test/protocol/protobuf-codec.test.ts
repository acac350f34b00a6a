import { describe, expect, test } from 'vitest';
import type { EventBody, Lane } from '../../src/protocol/event.ts';
import type { ClientFrame, ServerFrame } from '../../src/protocol/frame.ts';
import { decodeEvent, encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { ANN } from '../support/events.ts';
import { bytesOf, hexOf } from '../support/hex.ts';

const AT = 1_795_300_000_000;
// The literals below were put together by hand from proto/barrage/v1, field by field; no encoder of this repository made them.
const USER = '0a027531 1203416e6e';
const AT_FIELD = '108082e081a034';

const EVENTS: [string, number, EventBody, string][] = [
  [
    'a comment in the usual look leaves mode, color, size and repeat out',
    17,
    { comment: { user: ANN, text: '666', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } },
    `0811 ${AT_FIELD} 1a10 0a09${USER} 1203363636`,
  ],
  [
    'a comment in another look says all of it, black as 0',
    18,
    { comment: { user: ANN, text: '弹幕', mode: 'top', color: 0, size: 40, repeat: 132 } },
    `0812 ${AT_FIELD} 1a1c 0a09${USER} 1206e5bcb9e5b995 1801 2000 2828 308401`,
  ],
  [
    'a comment by a viewer with badges',
    19,
    { comment: { user: { ...ANN, badges: ['moderator', 'vip'] }, text: '666', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } },
    `0813 ${AT_FIELD} 1a20 0a19${USER} 1a096d6f64657261746f72 1a03766970 1203363636`,
  ],
  [
    'a gift with its combo',
    3,
    { gift: { user: ANN, giftId: 'rocket', name: 'Rocket', count: 3, combo: 12, value: 990 } },
    `0803 ${AT_FIELD} 2222 0a09${USER} 1206726f636b6574 1a06526f636b6574 2003 280c 30de07`,
  ],
  [
    'a superchat',
    5,
    { superchat: { user: ANN, text: 'hi', value: 5000, pinMs: 60_000 } },
    `0805 ${AT_FIELD} 2a16 0a09${USER} 12026869 188827 20e0d403`,
  ],
  ['a notice', 6, { notice: { text: 'soon' } }, `0806 ${AT_FIELD} 3206 0a04736f6f6e`],
  ['a retract', 4, { retract: { refs: ['c17', 'p3'] } }, `0804 ${AT_FIELD} 3a09 0a03633137 0a027033`],
  ['a state with a title', 7, { state: { title: 'Friday' } }, `0807 ${AT_FIELD} 4208 0a06467269646179`],
  ['a state without a title', 8, { state: {} }, `0808 ${AT_FIELD} 4200`],
  ['a state with a density alone', 9, { state: { chatPerSecond: 40 } }, `0809 ${AT_FIELD} 4202 1028`],
  [
    'a state with title and density',
    10,
    { state: { title: 'Friday', chatPerSecond: 1000 } },
    `080a ${AT_FIELD} 420b 0a06467269646179 10e807`,
  ],
  [
    'a state with every mode',
    11,
    {
      state: {
        slowModeSeconds: 30,
        minLevel: 5,
        badges: ['vip', 'fan'],
        followersOnly: true,
        emoteOnly: true,
        muted: true,
        blockedWords: ['spam'],
      },
    },
    `080b ${AT_FIELD} 421a 181e 2005 2a03766970 2a0366616e 3001 3801 4001 4a047370616d`,
  ],
  ['a like, without an offset', 0, { like: { count: 5, total: 98_213 } }, `${AT_FIELD} 4a06 0805 10a5ff05`],
  ['an enter, without an offset', 0, { enter: { user: ANN } }, `${AT_FIELD} 520b 0a09${USER}`],
  ['an online count, without an offset', 0, { online: { count: 1234 } }, `${AT_FIELD} 5a03 08d209`],
];

describe('SealedEvent.seal() makes the bytes of the schema', () => {
  test.each(EVENTS)('%s', (_, offset, body, hex) => {
    const event = SealedEvent.seal(encodeBody(body), { offset, at: AT });
    expect(hexOf(event.protobuf)).toBe(hexOf(bytesOf(hex)));
    expect(decodeEvent(event.protobuf)).toStrictEqual(offset === 0 ? { at: AT, ...body } : { offset, at: AT, ...body });
  });
});

test('decodeEvent() throws on bytes that hold no event type', () => {
  expect(() => decodeEvent(bytesOf('0811'))).toThrow('no known type');
});

test('SealedEvent.seal() with a combo makes the bytes of a gift that says it', () => {
  const said = encodeBody({ gift: { user: ANN, giftId: 'rocket', name: 'Rocket', count: 3, value: 990 } });
  const alone = SealedEvent.seal(said, { offset: 3, at: AT });
  expect(hexOf(alone.protobuf)).toBe(hexOf(bytesOf(`0803 ${AT_FIELD} 2220 0a09${USER} 1206726f636b6574 1a06526f636b6574 2003 30de07`)));
  const step = SealedEvent.seal(said, { offset: 3, at: AT, combo: 12 });
  expect(hexOf(step.protobuf)).toBe(hexOf(bytesOf(eventNamed('a gift with its combo').hex)));
  expect([step.offset, step.at, step.repeat]).toEqual([3, AT, 1]);
});

test('only gifts have combos', () => {
  expect(() => SealedEvent.seal(encodeBody({ notice: { text: 'soon' } }), { offset: 1, at: AT, combo: 2 })).toThrow('only gifts');
});

test('SealedEvent.repeated() makes the bytes of the comment that says how many it stands for', () => {
  const { event } = eventNamed('a comment in the usual look leaves mode, color, size and repeat out');
  const body = decodeEvent(event.protobuf);
  if (!('comment' in body)) throw new TypeError('not a comment');
  const folded = event.repeated(body.comment, 132);
  expect(hexOf(folded.protobuf)).toBe(hexOf(bytesOf(`0811 ${AT_FIELD} 1a13 0a09${USER} 1203363636 308401`)));
  expect([folded.offset, folded.at, folded.repeat]).toEqual([17, AT, 132]);
  expect(decodeEvent(folded.protobuf)).toStrictEqual({ offset: 17, at: AT, comment: { ...body.comment, repeat: 132 } });
  // The one that came in is left as it was.
  expect([event.repeat, decodeEvent(event.protobuf)]).toEqual([1, body]);
});

/** The literal of one of EVENTS, and the event itself. */
function eventNamed(name: string): { hex: string; event: SealedEvent } {
  const [, offset, body, hex] = EVENTS.find(([each]) => each === name) ?? [];
  if (offset === undefined || !body || !hex) throw new RangeError(`no event is called ${name}`);
  return { hex, event: SealedEvent.seal(encodeBody(body), { offset, at: AT }) };
}

const comment = eventNamed('a comment in the usual look leaves mode, color, size and repeat out');
const gift = eventNamed('a gift with its combo');
const retract = eventNamed('a retract');
const like = eventNamed('a like, without an offset');
const online = eventNamed('an online count, without an offset');

const batch = (lane: Lane, from: number, to: number, skipped: number, ...events: SealedEvent[]) => ({ lane, from, to, skipped, events });

const SERVER_FRAMES: [string, ServerFrame<SealedEvent>, string][] = [
  ['a chat batch', { batch: batch('chat', 16, 17, 0, comment.event) }, `1223 0802 1010 1811 2a1b ${comment.hex}`],
  ['a chat batch that skipped', { batch: batch('chat', 0, 300, 7) }, '1207 0802 18ac02 2007'],
  [
    'a priority batch of two events',
    { batch: batch('priority', 2, 4, 0, gift.event, retract.event) },
    `124b 0801 1002 1804 2a2d ${gift.hex} 2a14 ${retract.hex}`,
  ],
  [
    'an ambient batch, without a range',
    { batch: batch('ambient', 0, 0, 0, like.event, online.event) },
    `1221 0803 2a0f ${like.hex} 2a0c ${online.hex}`,
  ],
  [
    'joined, with a batch of each lane',
    {
      joined: {
        room: 'lobby',
        epoch: 'k3',
        cursor: 'k3.3.17',
        recovered: true,
        online: 42,
        batches: [batch('priority', 2, 3, 0, gift.event), batch('chat', 16, 17, 0, comment.event)],
      },
    },
    `0a74 0a056c6f626279 12026b33 1a076b332e332e3137 2001 282a
     3235 0801 1002 1803 2a2d ${gift.hex} 3223 0802 1010 1811 2a1b ${comment.hex}`,
  ],
  [
    'joined an empty room without recovery',
    { joined: { room: 'lobby', epoch: 'k3', cursor: 'k3.0.0', recovered: false, online: 0, batches: [] } },
    '0a13 0a056c6f626279 12026b33 1a066b332e302e30',
  ],
  ['an ack with a ref', { ack: { id: 2, ref: 'c17' } }, '1a07 0802 1203633137'],
  ['an ack of another life', { ack: { id: 2, ref: 'c17', epoch: 'e2' } }, '1a0b 0802 1203633137 1a026532'],
  ['an ack of the largest id', { ack: { id: Number.MAX_SAFE_INTEGER } }, '1a09 08ffffffffffffff0f'],
  [
    'an error with id and retry time',
    { error: { id: 7, code: 'broker_unavailable', message: 'away', temporary: true, retryAfterMs: 500 } },
    '2221 0807 121262726f6b65725f756e617661696c61626c65 1a0461776179 2001 28f403',
  ],
  [
    'an error without id',
    { error: { code: 'not_joined', message: 'join first', temporary: false } },
    '2218 120a6e6f745f6a6f696e6564 1a0a6a6f696e206669727374',
  ],
  ['a pong', { pong: {} }, '2a00'],
];

describe('protobufCodec writes and reads a server frame: the literal bytes of', () => {
  test.each(SERVER_FRAMES)('%s', (_, frame, hex) => {
    const bytes = protobufCodec.encodeServerFrame(frame);
    expect(hexOf(bytes)).toBe(hexOf(bytesOf(hex)));
    expect(protobufCodec.decodeServerFrame(bytesOf(hex))).toStrictEqual(plain(frame));
  });
});

const CLIENT_FRAMES: [string, ClientFrame, string][] = [
  ['a join with a cursor', { id: 1, join: { room: 'lobby', cursor: 'k3.3.17' } }, '0801 1210 0a056c6f626279 12076b332e332e3137'],
  ['a join that wants no ack', { join: { room: 'lobby' } }, '1207 0a056c6f626279'],
  ['a comment in the usual look', { id: 2, comment: { text: '666' } }, '0802 1a05 0a03363636'],
  [
    'a comment that says everything',
    { id: 2, comment: { text: 'hi', mode: 'bottom', color: 0, size: 12, user: ANN } },
    `0802 1a15 0a026869 1002 1800 200c 2a09${USER}`,
  ],
  ['likes', { id: 3, like: { count: 5 } }, '0803 2202 0805'],
  ['a ping', { ping: {} }, '2a00'],
];

describe('protobufCodec writes and reads a client frame: the literal bytes of', () => {
  test.each(CLIENT_FRAMES)('%s', (_, frame, hex) => {
    expect(hexOf(Buffer.from(protobufCodec.encodeClientFrame(frame)))).toBe(hexOf(bytesOf(hex)));
    expect(protobufCodec.decodeClientFrame(bytesOf(hex), true)).toStrictEqual({ ok: true, value: frame });
  });
});

test('protobufCodec reads an ambient lane where a newer server names one that this version does not know', () => {
  expect(protobufCodec.decodeServerFrame(bytesOf('1202 0809'))).toStrictEqual({ batch: batch('ambient', 0, 0, 0) });
});

test('protobufCodec leaves out the events of a newer server, and keeps their batch', () => {
  const [known, unknown] = [comment.hex, '0812 9a0100'];
  const frame = protobufCodec.decodeServerFrame(bytesOf(`122a 0802 1010 1812 2a1b ${known} 2a05 ${unknown}`));
  expect(frame).toMatchObject({ batch: { from: 16, to: 18, events: [{ offset: 17 }] } });
});

test('protobufCodec.decodeServerFrame() answers nothing for text, garbage, and a frame of a newer server', () => {
  expect(protobufCodec.decodeServerFrame('{"pong":{}}')).toBeUndefined();
  expect(protobufCodec.decodeServerFrame(bytesOf('12ff'))).toBeUndefined();
  expect(protobufCodec.decodeServerFrame(bytesOf('ba0100'))).toBeUndefined();
});

/** What a reader sees of a frame that was written. */
function plain(frame: ServerFrame<SealedEvent>): ServerFrame {
  const reread = <B extends { readonly events: readonly SealedEvent[] }>(written: B) => ({
    ...written,
    events: written.events.map(({ protobuf }) => decodeEvent(protobuf)),
  });
  if ('batch' in frame) return { batch: reread(frame.batch) };
  return 'joined' in frame ? { joined: { ...frame.joined, batches: frame.joined.batches.map(reread) } } : frame;
}
