import { describe, expect, test } from 'vitest';
import type { EventBody, Lane } from '../../src/protocol/event.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import type { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { ANN, sealed } from '../support/events.ts';

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

const EVENTS: [string, EventBody, number, string][] = [
  [
    'a comment, with its look written out',
    { comment: { user: ANN, text: '666', mode: 'scroll', color: 16_777_215, size: 25, repeat: 1 } },
    17,
    '{"offset":17,"at":1795300000000,"comment":{"user":{"id":"u1","name":"Ann"},"text":"666","mode":"scroll","color":16777215,"size":25,"repeat":1}}',
  ],
  [
    'a comment by a viewer with badges',
    { comment: { user: { ...ANN, badges: ['moderator', 'vip'] }, text: '666', mode: 'scroll', color: 0, size: 25, repeat: 132 } },
    19,
    '{"offset":19,"at":1795300000000,"comment":{"user":{"id":"u1","name":"Ann","badges":["moderator","vip"]},"text":"666","mode":"scroll","color":0,"size":25,"repeat":132}}',
  ],
  [
    'a gift',
    { gift: { user: ANN, giftId: 'rocket', name: 'Rocket', count: 3, combo: 12, value: 990 } },
    3,
    '{"offset":3,"at":1795300000000,"gift":{"user":{"id":"u1","name":"Ann"},"giftId":"rocket","name":"Rocket","count":3,"value":990,"combo":12}}',
  ],
  [
    'a superchat',
    { superchat: { user: ANN, text: 'hi', value: 5000, pinMs: 60_000 } },
    5,
    '{"offset":5,"at":1795300000000,"superchat":{"user":{"id":"u1","name":"Ann"},"text":"hi","value":5000,"pinMs":60000}}',
  ],
  ['a notice', { notice: { text: 'soon "now"' } }, 6, '{"offset":6,"at":1795300000000,"notice":{"text":"soon \\"now\\""}}'],
  ['a retract', { retract: { refs: ['c17'] } }, 4, '{"offset":4,"at":1795300000000,"retract":{"refs":["c17"]}}'],
  ['a state', { state: { title: 'Friday' } }, 7, '{"offset":7,"at":1795300000000,"state":{"title":"Friday"}}'],
  ['a state without a title', { state: {} }, 8, '{"offset":8,"at":1795300000000,"state":{}}'],
  [
    'a state with title and density',
    { state: { title: 'Friday', chatPerSecond: 40 } },
    9,
    '{"offset":9,"at":1795300000000,"state":{"title":"Friday","chatPerSecond":40}}',
  ],
  ['a like', { like: { count: 5, total: 98_213 } }, 0, '{"at":1795300000000,"like":{"count":5,"total":98213}}'],
  ['an enter', { enter: { user: ANN } }, 0, '{"at":1795300000000,"enter":{"user":{"id":"u1","name":"Ann"}}}'],
  ['an online count', { online: { count: 12 } }, 0, '{"at":1795300000000,"online":{"count":12}}'],
];

describe('SealedEvent.json is the JSON of the contract for', () => {
  test.each(EVENTS)('%s', (_, body, offset, json) => {
    expect(text(sealed(body, offset).json)).toBe(json);
  });
});

test('SealedEvent.repeated() says in JSON how many the comment stands for', () => {
  const comment = { user: ANN, text: '666', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } as const;
  const event = sealed({ comment }, 17);
  expect(text(event.json)).toContain('"repeat":1}');
  expect(text(event.repeated(comment, 132).json)).toBe(text(event.json).replace('"repeat":1}', '"repeat":132}'));
});

test('SealedEvent.json is made once', () => {
  const event = sealed({ notice: { text: 'a' } }, 1);
  expect(event.json).toBe(event.json);
});

const batch = (lane: Lane, from: number, to: number, skipped: number, ...events: SealedEvent[]) => ({ lane, from, to, skipped, events });
const notice = sealed({ notice: { text: 'a' } }, 3);
const like = sealed({ like: { count: 5, total: 7 } }, 0);
const NOTICE = '{"offset":3,"at":1795300000000,"notice":{"text":"a"}}';

const SERVER_FRAMES: [string, ServerFrame<SealedEvent>, string][] = [
  ['a batch', { batch: batch('priority', 2, 3, 0, notice) }, `{"batch":{"lane":"priority","from":2,"to":3,"events":[${NOTICE}]}}`],
  [
    'a batch of two',
    { batch: batch('priority', 2, 3, 0, notice, notice) },
    `{"batch":{"lane":"priority","from":2,"to":3,"events":[${NOTICE},${NOTICE}]}}`,
  ],
  ['a batch that skipped', { batch: batch('chat', 0, 300, 7) }, '{"batch":{"lane":"chat","from":0,"to":300,"skipped":7,"events":[]}}'],
  [
    'an ambient batch',
    { batch: batch('ambient', 0, 0, 0, like) },
    '{"batch":{"lane":"ambient","events":[{"at":1795300000000,"like":{"count":5,"total":7}}]}}',
  ],
  [
    'joined',
    {
      joined: {
        room: 'lobby',
        epoch: 'k3',
        cursor: 'k3.3.17',
        recovered: true,
        online: 42,
        batches: [batch('priority', 2, 3, 0, notice), batch('chat', 0, 17, 0)],
      },
    },
    `{"joined":{"room":"lobby","epoch":"k3","cursor":"k3.3.17","recovered":true,"online":42,"batches":[{"lane":"priority","from":2,"to":3,"events":[${NOTICE}]},{"lane":"chat","from":0,"to":17,"events":[]}]}}`,
  ],
  [
    'joined an empty room',
    { joined: { room: 'lobby', epoch: 'k3', cursor: 'k3.0.0', recovered: false, online: 1, batches: [] } },
    '{"joined":{"room":"lobby","epoch":"k3","cursor":"k3.0.0","recovered":false,"online":1,"batches":[]}}',
  ],
  ['an ack with a ref', { ack: { id: 2, ref: 'c17' } }, '{"ack":{"id":2,"ref":"c17"}}'],
  ['an ack of another life', { ack: { id: 2, ref: 'c17', epoch: 'e2' } }, '{"ack":{"id":2,"ref":"c17","epoch":"e2"}}'],
  ['an ack', { ack: { id: 3 } }, '{"ack":{"id":3}}'],
  [
    'an error',
    { error: { id: 7, code: 'draining', message: 'stopping', temporary: true, retryAfterMs: 500 } },
    '{"error":{"id":7,"code":"draining","message":"stopping","temporary":true,"retryAfterMs":500}}',
  ],
  ['a pong', { pong: {} }, '{"pong":{}}'],
];

describe('jsonCodec writes the JSON of the contract for', () => {
  test.each(SERVER_FRAMES)('%s', (_, frame, json) => {
    expect(text(jsonCodec.encodeServerFrame(frame))).toBe(json);
  });
});

test('jsonCodec writes client frames as the contract has them', () => {
  expect(jsonCodec.encodeClientFrame({ id: 1, join: { room: 'lobby', cursor: 'k3.3.17' } })).toBe(
    '{"id":1,"join":{"room":"lobby","cursor":"k3.3.17"}}',
  );
  expect(jsonCodec.encodeClientFrame({ id: 2, comment: { text: 'hi', mode: undefined } })).toBe('{"id":2,"comment":{"text":"hi"}}');
  expect(jsonCodec.encodeClientFrame({ id: undefined, like: { count: 5 } })).toBe('{"like":{"count":5}}');
  expect(jsonCodec.encodeClientFrame({ ping: {} })).toBe('{"ping":{}}');
});

test('jsonCodec.decodeServerFrame() fills in what a server may leave out: skipped, repeat, and the range of an ambient batch', () => {
  const comment = { user: ANN, text: '666', mode: 'scroll', color: 1, size: 25 };
  const read = jsonCodec.decodeServerFrame(
    JSON.stringify({ batch: { lane: 'chat', from: 16, to: 17, events: [{ offset: 17, at: 1, comment }] } }),
  );
  expect(read).toEqual({
    batch: { lane: 'chat', from: 16, to: 17, skipped: 0, events: [{ offset: 17, at: 1, comment: { ...comment, repeat: 1 } }] },
  });
  expect(jsonCodec.decodeServerFrame('{"batch":{"lane":"ambient","events":[]}}')).toEqual({ batch: batch('ambient', 0, 0, 0) });
});

test.each([
  '',
  'null',
  '7',
  '[]',
  '{}',
  '{"news":{}}',
  '{"batch":null}',
  '{"joined":{}}',
  '{"batch":{"events":[null]}}',
  '{"batch":{"events":7}}',
])('jsonCodec.decodeServerFrame() answers nothing for %j', (message) => {
  expect(jsonCodec.decodeServerFrame(message)).toBeUndefined();
});

test('jsonCodec.decodeServerFrame() answers nothing for bytes that are not UTF-8', () => {
  expect(jsonCodec.decodeServerFrame(Uint8Array.from([0x22, 0xff, 0x22]))).toBeUndefined();
});
