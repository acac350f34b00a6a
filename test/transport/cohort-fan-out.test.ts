import { expect, test } from 'vitest';
import type { Codec } from '../../src/protocol/codec.ts';
import type { Lane } from '../../src/protocol/event.ts';
import { jsonCodec } from '../../src/protocol/json-codec.ts';
import { protobufCodec } from '../../src/protocol/protobuf-codec.ts';
import { SharedFrame } from '../../src/shard/shared-frame.ts';
import { SharedJoined } from '../../src/shard/shared-joined.ts';
import { CohortFanOut, type SendToCohort } from '../../src/transport/cohort-fan-out.ts';
import { ManualClock } from '../support/manual-clock.ts';

const frame = (lane: Lane, from: number, to: number) => new SharedFrame({ lane, from, to, skipped: 0, events: [] });
const AMBIENT = frame('ambient', 0, 0);

function make(cohortSize = 2) {
  const clock = new ManualClock();
  let published: { topic: string; message: Uint8Array; isBinary: boolean }[] = [];
  const send: SendToCohort = (frame, { codec }, topic) => published.push({ topic, message: frame.bytes(codec), isBinary: codec.isBinary });
  const fanOut = new CohortFanOut({ cohortSize, clock, send });
  fanOut.open('r', { epoch: 'e1', priority: 0, chat: 0 });
  const enter = (codec: Codec = protobufCodec) => fanOut.enter('r', codec);
  /** The topics published to since the last call. */
  const topics = () => {
    const sent = published.map(({ topic }) => topic);
    published = [];
    return sent;
  };
  let flushes = 0;
  const flushChat = (...frames: SharedFrame[]) => fanOut.publishChat('r', frames, () => flushes++);
  return { clock, fanOut, enter, topics, flushChat, messages: () => published, reached: () => flushes };
}

test('sockets share a cohort per codec until it is full', () => {
  const { enter } = make(2);
  const topics = [protobufCodec, protobufCodec, jsonCodec, protobufCodec, jsonCodec].map((codec) => enter(codec).chatTopic);
  expect(topics[0]).toBe(topics[1]);
  expect(topics[2]).toBe(topics[4]);
  expect(new Set(topics).size).toBe(3);
});

test('each cohort is sent the bytes of its codec, as binary or text', () => {
  const { enter, fanOut, messages } = make();
  const [binary, text] = [enter(protobufCodec), enter(jsonCodec)];
  const news = frame('priority', 0, 1);
  fanOut.publishPriority('r', news, () => undefined);
  expect(messages()).toEqual([
    { topic: binary.priorityTopic, message: protobufCodec.encodeServerFrame({ batch: news.batch }), isBinary: true },
    { topic: text.priorityTopic, message: jsonCodec.encodeServerFrame({ batch: news.batch }), isBinary: false },
  ]);
});

test('a frame is encoded once for all cohorts of a codec', () => {
  const { clock, enter, fanOut, messages } = make(1);
  enter();
  enter();
  fanOut.publishPriority('r', frame('priority', 0, 1), () => undefined);
  const [first] = messages();
  clock.turn();
  const [second] = messages();
  expect(first).toBeDefined();
  expect(second?.message).toBe(first?.message);
});

test('a chat flush goes to one cohort a turn, frames in their order, and has then reached all', () => {
  const { clock, enter, topics, flushChat, reached } = make(1);
  const [one, two, three] = [enter(), enter(), enter()].map(({ chatTopic }) => chatTopic);
  flushChat(frame('chat', 0, 5), AMBIENT);
  expect([topics(), reached()]).toEqual([[one, one], 0]);
  clock.turn();
  expect([topics(), reached()]).toEqual([[two, two], 0]);
  clock.turn();
  expect([topics(), reached()]).toEqual([[three, three], 1]);
  clock.turnUntilQuiet();
  expect(clock.pendingCallbacks).toBe(0);
});

test('a priority frame begins in its turn and goes to two cohorts a turn; chat on its way waits until it has reached all', () => {
  const { clock, enter, fanOut, topics, flushChat } = make(1);
  const [one, two, three] = [enter(), enter(), enter()];
  flushChat(frame('chat', 0, 5));
  expect(topics()).toEqual([one?.chatTopic]);
  fanOut.publishPriority('r', frame('priority', 0, 1), () => undefined);
  expect(topics()).toEqual([one?.priorityTopic, two?.priorityTopic]);
  const inOrder: (string | undefined)[] = [];
  while (clock.pendingCallbacks > 0) {
    clock.turn();
    inOrder.push(...topics());
  }
  expect(inOrder).toEqual([three?.priorityTopic, two?.chatTopic, three?.chatTopic]);
});

test('a second priority flush while one is on its way is a fault', () => {
  const { enter, fanOut } = make(1);
  for (let cohorts = 0; cohorts < 3; cohorts++) enter();
  fanOut.publishPriority('r', frame('priority', 0, 1), () => undefined);
  expect(() => fanOut.publishPriority('r', frame('priority', 1, 2), () => undefined)).toThrow('on its way');
});

test('a socket that comes while a priority frame is on its way shares no cohort that it has yet to reach', () => {
  const { clock, enter, fanOut } = make(2);
  const cohorts = Array.from({ length: 6 }, enter);
  fanOut.publishPriority('r', frame('priority', 0, 1), () => undefined);
  const later = cohorts[4];
  if (later) fanOut.leave('r', later);
  const during = enter();
  expect(cohorts).not.toContain(during);
  expect(during.cursor.priority).toBe(1);
  clock.turnUntilQuiet();
  expect([enter(), enter()]).toEqual([later, during]);
});

test('a flush to a room without sockets has reached all at once', () => {
  const { flushChat, reached, topics } = make();
  flushChat(frame('chat', 0, 1));
  expect([reached(), topics()]).toEqual([1, []]);
});

test('a second flush while one is on its way is a fault', () => {
  const { enter, flushChat } = make(1);
  enter();
  enter();
  flushChat(frame('chat', 0, 1));
  expect(() => flushChat(frame('chat', 1, 2))).toThrow('on its way');
});

test('CohortFanOut.hurry() sends what is left in this turn, and reaches all before it returns', () => {
  const { clock, enter, fanOut, flushChat, reached, topics } = make(1);
  const [, two, three] = [enter(), enter(), enter()].map(({ chatTopic }) => chatTopic);
  flushChat(frame('chat', 0, 5));
  topics();
  fanOut.hurry('r');
  expect([topics(), reached()]).toEqual([[two, three], 1]);
  clock.turnUntilQuiet();
  expect([topics(), reached()]).toEqual([[], 1]);
});

test('a flush that follows a hurried one in the same turn waits for the next, and goes to one cohort a turn', () => {
  const { clock, enter, fanOut, flushChat, topics } = make(1);
  const [one, two, three] = [enter(), enter(), enter()].map(({ chatTopic }) => chatTopic);
  flushChat(frame('chat', 0, 5));
  fanOut.hurry('r');
  flushChat(frame('chat', 5, 6));
  topics();
  for (const next of [one, two, three]) {
    clock.turn();
    expect(topics()).toEqual([next]);
  }
});

test('rooms share a turn, a cohort from each: a small room does not wait for the flush of a large one', () => {
  const { clock, enter, fanOut, flushChat, topics } = make(2);
  const large = [1, 2, 3, 4, 5, 6].map(() => enter().chatTopic);
  fanOut.open('small', { epoch: 'e1', priority: 0, chat: 0 });
  const small = fanOut.enter('small', protobufCodec).chatTopic;
  flushChat(frame('chat', 0, 5));
  fanOut.publishChat('small', [frame('chat', 0, 1)], () => undefined);
  expect(topics()).toEqual([large[0]]);
  clock.turn();
  expect(topics()).toEqual([large[2]]);
  clock.turn();
  expect(topics()).toEqual([small]);
  clock.turn();
  expect(topics()).toEqual([large[4]]);
});

test('CohortFanOut.hurry() does nothing when no flush is on its way', () => {
  const { fanOut, topics } = make();
  fanOut.hurry('r');
  expect(topics()).toEqual([]);
});

test('a socket that leaves makes place, and a cohort without sockets is published to no more', () => {
  const { enter, fanOut, topics } = make(1);
  const first = enter();
  const second = enter();
  fanOut.leave('r', first);
  fanOut.publishPriority('r', frame('priority', 0, 1), () => undefined);
  expect(topics()).toEqual([second.priorityTopic]);
  const third = enter();
  expect([first.chatTopic, second.chatTopic]).not.toContain(third.chatTopic);
});

test('a flush on its way passes over a cohort whose sockets have all left', () => {
  const { clock, enter, fanOut, flushChat, reached, topics } = make(1);
  const [one, two, three] = [enter(), enter(), enter()];
  flushChat(frame('chat', 0, 1));
  fanOut.leave('r', two);
  fanOut.leave('r', three);
  clock.turnUntilQuiet();
  expect([topics(), reached()]).toEqual([[one.chatTopic], 1]);
});

test('a socket that comes during a flush, and one after it, are told how far the room has come', () => {
  const { clock, enter, fanOut, flushChat } = make(2);
  enter();
  enter();
  enter();
  flushChat(frame('chat', 0, 5));
  fanOut.publishPriority('r', frame('priority', 0, 2), () => undefined);
  expect(enter().cursor).toEqual({ epoch: 'e1', priority: 2, chat: 5 });
  clock.turnUntilQuiet();
  expect(enter().cursor).toEqual({ epoch: 'e1', priority: 2, chat: 5 });
});

test('a flush reaches cohorts with places first, and who comes meanwhile shares those', () => {
  const { clock, enter, flushChat, topics } = make(2);
  const [full, , open] = [enter(), enter(), enter()];
  flushChat(frame('chat', 0, 5));
  expect(topics()).toEqual([open?.chatTopic]);
  expect(enter()).toBe(open);
  clock.turn();
  expect(topics()).toEqual([full?.chatTopic]);
});

test('a socket that comes during a flush shares no cohort that the flush has yet to reach', () => {
  const { clock, enter, fanOut, flushChat } = make(2);
  const cohorts = [enter(), enter(), enter(), enter()];
  flushChat(frame('chat', 0, 5));
  const [, , later] = cohorts;
  if (later) fanOut.leave('r', later);
  const during = enter();
  expect(cohorts).not.toContain(during);
  clock.turnUntilQuiet();
  expect([enter(), enter()]).toEqual([later, during]);
});

test('small cohorts share a turn, up to the size of one', () => {
  const { clock, enter, flushChat, topics } = make(3);
  const [binary, text, more] = [enter(protobufCodec), enter(jsonCodec), enter(jsonCodec)].map(({ chatTopic }) => chatTopic);
  expect(text).toBe(more);
  flushChat(frame('chat', 0, 1));
  expect(topics()).toEqual([binary, text]);
  enter(jsonCodec);
  clock.turn();
  flushChat(frame('chat', 1, 2));
  expect(topics()).toEqual([binary]);
  clock.turn();
  expect(topics()).toEqual([text]);
});

test('a flush of ambient news alone leaves the position where it was', () => {
  const { enter, flushChat } = make();
  flushChat(AMBIENT);
  expect(enter().cursor).toEqual({ epoch: 'e1', priority: 0, chat: 0 });
});

test('a room that is closed during a flush is sent nothing more, and begins anew where it is opened', () => {
  const { clock, enter, fanOut, flushChat, reached, topics } = make(1);
  enter();
  const cohort = enter();
  flushChat(frame('chat', 0, 1));
  fanOut.close('r');
  topics();
  clock.turnUntilQuiet();
  fanOut.leave('r', cohort);
  expect([topics(), reached()]).toEqual([[], 0]);
  fanOut.open('r', { epoch: 'e1', priority: 7, chat: 9 });
  expect(enter().cursor).toEqual({ epoch: 'e1', priority: 7, chat: 9 });
  flushChat(frame('chat', 9, 10));
  expect(reached()).toBe(1);
});

test('rooms have topics of their own', () => {
  const { enter, fanOut } = make();
  fanOut.open('s', { epoch: 'e1', priority: 0, chat: 0 });
  expect(fanOut.enter('s', protobufCodec).chatTopic).not.toBe(enter().chatTopic);
});

test('a room that is not open takes no sockets and no frames', () => {
  const { fanOut } = make();
  expect(() => fanOut.enter('s', protobufCodec)).toThrow('not open');
  expect(() => fanOut.publishPriority('s', frame('priority', 0, 1), () => undefined)).toThrow('not open');
});

const word = (epoch: string, last?: SharedFrame) =>
  new SharedJoined({ room: 'r', online: 0, batches: [], cursor: { epoch, priority: 1, chat: 0 }, last });

test('the word that a room goes on elsewhere goes to two cohorts a turn; chat on its way is dropped, priority goes ahead of it', () => {
  const { clock, enter, fanOut, flushChat, messages, reached } = make(1);
  const cohorts = [enter(jsonCodec), enter(jsonCodec), enter(jsonCodec), enter(jsonCodec)];
  flushChat(frame('chat', 0, 5));
  fanOut.publishPriority('r', frame('priority', 0, 1), () => expect.unreachable('it was overtaken'));
  let isReached = false;
  fanOut.publishJoined('r', word('e2', frame('priority', 1, 2)), () => {
    isReached = true;
  });
  expect(isReached).toBe(false);
  clock.turnUntilQuiet();
  expect([isReached, reached()]).toEqual([true, 0]);
  const told = cohorts.map(({ priorityTopic, chatTopic }) =>
    messages()
      .filter(({ topic }) => topic === priorityTopic || topic === chatTopic)
      .map(({ message }) => Object.values(JSON.parse(Buffer.from(message).toString()))[0])
      .map((said) => (said as { cursor?: string; to?: number }).cursor ?? (said as { to: number }).to),
  );
  expect(told).toEqual([
    [5, 1, 2, 'e2.1.0'],
    [1, 2, 'e2.1.0'],
    [1, 2, 'e2.1.0'],
    [1, 2, 'e2.1.0'],
  ]);
});

test('a room that goes on elsewhere again before all know of it: each is told both, and the first has never reached all', () => {
  const { clock, enter, fanOut, messages } = make(1);
  for (let cohorts = 0; cohorts < 4; cohorts++) enter(jsonCodec);
  let isReached = false;
  fanOut.publishJoined('r', word('e2'), () => expect.unreachable('it was overtaken'));
  fanOut.publishJoined('r', word('e3'), () => {
    isReached = true;
  });
  clock.turnUntilQuiet();
  expect([isReached, messages().length]).toEqual([true, 8]);
});

test('whoever comes while the word is on its way shares no cohort that it has yet to reach, though that stands at the same offsets', () => {
  const { clock, enter, fanOut } = make(2);
  const cohorts = Array.from({ length: 7 }, () => enter());
  fanOut.publishJoined(
    'r',
    new SharedJoined({ ...{ room: 'r', online: 0, batches: [], last: undefined }, cursor: { epoch: 'e2', priority: 0, chat: 0 } }),
    () => undefined,
  );
  const [, , first, , , , last] = cohorts;
  if (first) fanOut.leave('r', first);
  const during = enter();
  expect(during.cursor).toEqual({ epoch: 'e2', priority: 0, chat: 0 });
  expect(cohorts.filter(({ cursor }) => cursor.epoch === 'e1')).not.toContain(during);
  clock.turnUntilQuiet();
  expect([last?.cursor.epoch, first?.cursor.epoch]).toEqual(['e2', 'e2']);
});
