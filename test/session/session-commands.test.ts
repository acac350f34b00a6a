import { expect, test, vi } from 'vitest';
import { parseClientFrame } from '../../src/protocol/client-frame-schema.ts';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { bodyOf } from '../support/events.ts';
import { added } from '../support/metrics.ts';
import { RETRY_AFTER_MS } from '../support/mortal-broker.ts';
import { settled } from '../support/process.ts';
import { comment, join, start } from './fixture.ts';

const MAX_QUEUED = 32;
const MAX_UNANSWERED = 256;
const MAX_BAD_FRAMES = 10;

async function joined() {
  const process = await start();
  const viewer = process.connect();
  viewer.send(join('r'));
  await settled();
  viewer.outlet.frames.length = 0;
  const stored = async () => {
    const read = await process.broker.read('r');
    return read.ok ? read.value : undefined;
  };
  return { ...process, ...viewer, stored };
}

test('a comment is stored, and acknowledged with its ref', async () => {
  const { outlet, send, stored } = await joined();
  send(comment('666', 5), comment('777', 6));
  await settled();
  expect(outlet.acks).toEqual([
    { id: 5, ref: 'c1' },
    { id: 6, ref: 'c2' },
  ]);
  expect((await stored())?.chat.events.map(bodyOf)).toMatchObject([{ comment: { text: '666' } }, { comment: { text: '777' } }]);
});

test('a comment of a viewer who has given no name is the guest’s; one that names its user is that user’s', async () => {
  const { send, stored } = await joined();
  const user = { id: 'u1', name: 'Ann' };
  send(comment('a'), { comment: { text: 'b', user, mode: 'top', color: 1, size: 30 } });
  await settled();
  expect((await stored())?.chat.events.map(bodyOf)).toEqual([
    { comment: { user: { id: 'guest-1', name: 'guest-1' }, text: 'a', mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } },
    { comment: { user, text: 'b', mode: 'top', color: 1, size: 30, repeat: 1 } },
  ]);
});

test('a command without id gets no ack', async () => {
  const { outlet, send, stored } = await joined();
  send(comment('a'), { like: { count: 2 } });
  await settled();
  expect(outlet.frames).toEqual([]);
  expect(await stored()).toMatchObject({ chat: { to: 1 }, likes: 2 });
});

test('likes are counted, and acknowledged without a ref', async () => {
  const { outlet, send, stored } = await joined();
  send({ id: 1, like: { count: 5 } }, { id: 2, like: { count: 3 } });
  await settled();
  expect(outlet.acks).toEqual([{ id: 1 }, { id: 2 }]);
  expect((await stored())?.likes).toBe(8);
});

test('a command that the broker cannot store is answered by its id, and counted as refused', async () => {
  const { broker, outlet, send } = await joined();
  broker.failNext('append');
  const refused = await added('refusals', async () => {
    send(comment('a', 9));
    await settled();
  });
  expect([outlet.said, refused]).toEqual([['error 9 broker_unavailable'], 1]);
  expect(outlet.errors).toMatchObject([{ temporary: true }]);
});

test('before a room is joined a command is refused by its id, and nothing is stored', async () => {
  const { broker, connect } = await start();
  const { outlet, send } = connect();
  send(comment('a', 1), { like: { count: 1 } });
  await settled();
  expect([outlet.said, broker.asked]).toEqual([['error 1 not_joined', 'error - not_joined'], []]);
});

test('a ping is answered in every state, and does not wait behind a join', async () => {
  const { broker, connect } = await start();
  const { outlet, send } = connect();
  send({ ping: {} });
  const release = broker.hold('read');
  send(join('r'), comment('a', 1), { id: 3, ping: {} });
  expect(outlet.said).toEqual(['pong', 'pong']);
  release();
  await settled();
  send({ ping: {} });
  expect(outlet.said).toEqual(['pong', 'pong', 'joined r', 'ack 1', 'pong']);
});

test('commands that come while a room opens are obeyed in order once it is open', async () => {
  const { broker, connect } = await start();
  const { outlet, send } = connect();
  const release = broker.hold('read');
  send(join('r', { id: 1 }), comment('a', 2), join('s', { id: 3 }), comment('b', 4), { id: 5, like: { count: 1 } });
  await settled();
  expect(outlet.frames).toEqual([]);
  release();
  await settled();
  // The comment to the first room was sent before the second was asked for; its ack may come at any time after.
  expect(outlet.said.filter((said) => said !== 'ack 2')).toEqual(['joined r', 'ack 1', 'joined s', 'ack 3', 'ack 4', 'ack 5']);
  expect(outlet.acks).toContainEqual({ id: 2, ref: 'c1' });
  const [inR, inS] = await Promise.all([broker.read('r'), broker.read('s')]);
  expect([inR.ok && inR.value.chat.to, inS.ok && inS.value.chat.to, inS.ok && inS.value.likes]).toEqual([1, 1, 1]);
});

test('commands that waited behind a join that was refused are refused in their order', async () => {
  const { broker, connect } = await start();
  const { outlet, send } = connect();
  broker.failNext('read');
  send(join('r', { id: 1 }), comment('a', 2), { id: 3, like: { count: 1 } });
  await settled();
  expect(outlet.said).toEqual(['error 1 broker_unavailable', 'error 2 not_joined', 'error 3 not_joined']);
});

test('the queue behind a join is bounded: what is too much is refused at once, the rest obeyed', async () => {
  const { broker, connect } = await start();
  const { outlet, send } = connect();
  const release = broker.hold('read');
  send(join('r'));
  for (let id = 1; id <= MAX_QUEUED + 2; id++) send(comment('a', id));
  expect(outlet.said).toEqual([`error ${MAX_QUEUED + 1} too_many_commands`, `error ${MAX_QUEUED + 2} too_many_commands`]);
  expect(outlet.errors).toMatchObject([{ temporary: true }, { temporary: true }]);
  release();
  await settled();
  expect(outlet.acks).toHaveLength(MAX_QUEUED);
});

test('commands without an answer are bounded, and answers make place', async () => {
  const { broker, outlet, send } = await joined();
  const release = broker.hold('append');
  for (let id = 1; id <= MAX_UNANSWERED + 1; id++) send(comment('a', id));
  await settled();
  expect(outlet.said).toEqual([`error ${MAX_UNANSWERED + 1} too_many_commands`]);
  release();
  await settled();
  expect(outlet.acks).toHaveLength(MAX_UNANSWERED);
  send(comment('a', 999));
  await settled();
  expect(outlet.acks.at(-1)).toMatchObject({ id: 999 });
});

test('an ack that comes after the connection has ended is not sent', async () => {
  const { broker, outlet, send, session } = await joined();
  const release = broker.hold('append');
  send(comment('a', 1));
  session.ended();
  release();
  await settled();
  expect(outlet.frames).toEqual([]);
});

test('a frame with a wrong value is answered by its id, however often, and the connection stays', async () => {
  const { outlet, session } = await joined();
  for (let id = 1; id <= MAX_BAD_FRAMES * 3; id++) session.receive(parseClientFrame({ id, comment: { text: '' } }));
  expect(outlet.said.at(-1)).toBe(`error ${MAX_BAD_FRAMES * 3} empty_text`);
  expect(outlet.closed).toBeUndefined();
});

test('garbage is answered a few times, then the connection is closed for good', async () => {
  const { outlet, session } = await joined();
  const { refusal } = refuse('invalid_json');
  for (let count = 1; count < MAX_BAD_FRAMES; count++) session.receiveGarbage(refusal);
  expect(outlet.closed).toBeUndefined();
  session.receiveGarbage(refusal);
  expect([outlet.errors.length, outlet.closed]).toEqual([MAX_BAD_FRAMES, CLOSE_CODES.invalidFrame]);
  session.receiveGarbage(refusal);
  expect(outlet.errors).toHaveLength(MAX_BAD_FRAMES);
});

test('a session that has ended obeys nothing', async () => {
  const { outlet, send, session, stored } = await joined();
  session.ended();
  const frames: ClientFrame[] = [{ ping: {} }, comment('a', 1), join('r', { id: 2 })];
  send(...frames);
  session.receive({ ...refuse('invalid_field'), id: 3 });
  session.receiveGarbage(refuse('invalid_json').refusal);
  await settled();
  expect([outlet.frames, outlet.done]).toEqual([[], ['enter r', 'leave r']]);
  expect((await stored())?.chat.to).toBe(0);
});

test('an ack names the life that its ref is of where the room has had more than one, or is about to', async () => {
  const { mortal, outlet, send } = await joined();
  send(comment('a', 1));
  await settled();
  await mortal.beginAnew('r');
  send(comment('b', 2));
  await settled();
  expect(outlet.acks).toEqual([
    { id: 1, ref: 'c1' },
    { id: 2, ref: 'c1', epoch: 'e2' },
  ]);
});

test('a comment that is under way when its room begins anew is acknowledged under the life that it was stored in', async () => {
  const { broker, mortal, outlet, send } = await joined();
  const release = broker.hold('append');
  send(comment('a', 1));
  await mortal.beginAnew('r');
  release();
  await settled();
  expect(outlet.acks).toEqual([{ id: 1, ref: 'c1', epoch: 'e2' }]);
});

test('a comment while the broker is away is acknowledged without a ref, likes are refused with a time to try again', async () => {
  const { mortal, outlet, send } = await joined();
  mortal.isAway = true;
  send(comment('a', 1), { id: 2, like: { count: 1 } });
  await settled();
  expect(outlet.acks).toEqual([{ id: 1 }]);
  expect(outlet.errors).toMatchObject([{ id: 2, code: 'broker_unavailable', temporary: true, retryAfterMs: RETRY_AFTER_MS }]);
});

test('an ack names the new life also where the room has yet to be told of it', async () => {
  const { mortal, outlet, send, shard } = await joined();
  vi.spyOn(shard, 'onReset').mockImplementation(() => undefined); // on its way
  await mortal.beginAnew('r');
  send(comment('a', 1));
  await settled();
  expect([outlet.acks, shard.find('r')?.epoch]).toEqual([[{ id: 1, ref: 'c1', epoch: 'e2' }], 'e1']);
});

test('a comment that only its sender is shown is shown in no other room', async () => {
  const { moderation, outlet, send } = await joined();
  await moderation.act('r', { kind: 'shadowBan', user: 'guest-1', by: 'mo' });
  send(comment('a', 1));
  await settled();
  send(comment('b', 2), join('s', { id: 3 }));
  await settled();
  const texts = outlet.frames.flatMap((frame) => ('batch' in frame ? frame.batch.events.map(bodyOf) : []));
  expect(texts.filter((body) => 'comment' in body)).toMatchObject([{ comment: { text: 'a' } }]);
  expect(outlet.acks).toEqual(expect.arrayContaining([{ id: 1 }, { id: 2 }, { id: 3 }]));
});
