import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { chainOf, post, Viewer } from '../support/viewer.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ LOG_LEVEL: 'info', COHORT_SIZE: '4' });
});
afterAll(async () => {
  await server.stop();
});

const ann = { id: 'u1', name: 'Ann' };
let rooms = 0;
const newRoom = () => `room-${++rooms}`;

describe.each(['protobuf', 'json'] as const)('WebSocket, barrage.v1.%s', (codec) => {
  test('a comment reaches every viewer of the room, the sender too, with the ref of its ack', async () => {
    const room = newRoom();
    const [sender, other] = await Promise.all([Viewer.join(server.url, room, { codec }), Viewer.join(server.url, room, { codec })]);
    const { ref } = await sender.command({ comment: { text: '前方高能 🎆', mode: 'top', color: 0, size: 18, user: ann } });
    for (const viewer of [sender, other]) {
      expect(await viewer.comment('前方高能 🎆')).toMatchObject({
        offset: 1,
        comment: { user: ann, text: '前方高能 🎆', mode: 'top', color: 0, size: 18, repeat: 1 },
      });
    }
    expect(ref).toBe('c1');
  });

  test('a room joined by frame answers joined, then the ack', async () => {
    const viewer = new Viewer(server.url, { codec });
    await viewer.opened();
    const room = newRoom();
    expect(await viewer.command({ join: { room } })).toEqual({ ref: undefined });
    expect(viewer.frames.slice(0, 2).map((frame) => Object.keys(frame)[0])).toEqual(['joined', 'ack']);
    expect(await viewer.joined()).toMatchObject({ room, recovered: true, online: 1, batches: [] });
  });

  test('joining without a cursor tells the newest 15 of each lane', async () => {
    const room = newRoom();
    for (let from = 1; from <= 40; from += 20) {
      await post(`${server.url}/v1/rooms/${room}/events`, {
        events: Array.from({ length: 20 }, (_, index) => [
          { comment: { user: ann, text: `comment ${from + index}` } },
          { gift: { user: ann, giftId: 'rose', value: 1, count: from + index } },
        ]).flat(),
      });
    }
    const { batches, cursor } = await (await Viewer.join(server.url, room, { codec })).joined();
    expect(batches.map(({ lane, from, to, events }) => [lane, from, to, events.length])).toEqual([
      ['priority', 25, 40, 15],
      ['chat', 25, 40, 15],
    ]);
    expect(cursor).toMatch(/^[a-z0-9]+\.40\.40$/);
  });

  test('joining with a cursor tells all that came after it, and nothing twice', async () => {
    const room = newRoom();
    const before = await Viewer.join(server.url, room, { codec });
    const { cursor } = await before.joined();
    await before.leave();
    const events = Array.from({ length: 50 }, (_, index) => ({ comment: { user: ann, text: `missed ${index}` } }));
    await post(`${server.url}/v1/rooms/${room}/events`, { events });
    const again = await Viewer.join(server.url, room, { codec, cursor });
    await again.command({ comment: { text: 'after', user: ann } });
    await again.comment('after');
    expect((await again.joined()).recovered).toBe(true);
    expect(again.texts).toEqual([...events.map(({ comment }) => comment.text), 'after']);
    expect(chainOf(again.batches, 'chat').breaks).toEqual([]);
  });

  test('a cursor of another epoch, or from the future, is answered with the newest and recovered: false', async () => {
    const room = newRoom();
    await post(`${server.url}/v1/rooms/${room}/comments`, { text: 'held' });
    const { epoch } = await (await Viewer.join(server.url, room, { codec })).joined();
    for (const cursor of ['other.0.0', `${epoch}.0.99`, `${epoch}.7.0`]) {
      const viewer = await Viewer.join(server.url, room, { codec, cursor });
      expect(await viewer.joined()).toMatchObject({ recovered: false, cursor: `${epoch}.0.1` });
      expect(viewer.texts).toEqual(['held']);
    }
  });

  test('a new join changes the room on the same connection: the old room is not heard any more', async () => {
    const [first, second] = [newRoom(), newRoom()];
    const viewer = await Viewer.join(server.url, first, { codec });
    const stayed = await Viewer.join(server.url, first, { codec });
    viewer.send({ join: { room: second } });
    await viewer.joined(second);
    await stayed.command({ comment: { text: 'in the first', user: ann } });
    await stayed.comment('in the first');
    expect((await viewer.command({ comment: { text: 'in the second', user: ann } })).ref).toBe('c1');
    await viewer.comment('in the second');
    expect(viewer.texts).toEqual(['in the second']);
  });

  test('commands sent behind a join, without waiting for it, count in the new room and in order', async () => {
    const viewer = new Viewer(server.url, { codec });
    await viewer.opened();
    const room = newRoom();
    viewer.send({ join: { room } });
    const acks = await Promise.all(['a', 'b', 'c'].map((text) => viewer.command({ comment: { text, user: ann } })));
    expect(acks.map(({ ref }) => ref)).toEqual(['c1', 'c2', 'c3']);
  });

  test('a comment before any join is refused, and the connection goes on', async () => {
    const viewer = new Viewer(server.url, { codec });
    await viewer.opened();
    expect((await viewer.command({ comment: { text: 'hi' } })).code).toBe('not_joined');
    expect(await viewer.command({ join: { room: newRoom() } })).toEqual({ ref: undefined });
  });

  test('a ping is answered by a pong', async () => {
    const viewer = await Viewer.join(server.url, newRoom(), { codec });
    viewer.send({ ping: {} });
    expect(await viewer.find((frame) => ('pong' in frame ? frame : undefined))).toEqual({ pong: {} });
  });

  test('gifts come in the priority lane, likes as one growing count, an acked like has no ref', async () => {
    const room = newRoom();
    const viewer = await Viewer.join(server.url, room, { codec });
    const gift = { user: ann, giftId: 'rocket', name: 'Rocket', count: 3, combo: 12, value: 990 };
    await post(`${server.url}/v1/rooms/${room}/events`, { events: [{ gift }, { like: { count: 5 } }, { enter: { user: ann } }] });
    expect(await viewer.event((event) => 'gift' in event)).toMatchObject({ offset: 1, gift });
    expect(await viewer.event((event) => 'like' in event)).toMatchObject({ like: { count: 5, total: 5 } });
    expect(await viewer.event((event) => 'enter' in event)).toMatchObject({ enter: { user: ann } });
    expect(await viewer.command({ like: { count: 2 } })).toEqual({ ref: undefined });
    expect(await viewer.event((event) => 'like' in event && event.like.total === 7)).toMatchObject({ like: { count: 2 } });
  });

  test('an anonymous comment is said by a guest, the same one throughout a connection', async () => {
    const viewer = await Viewer.join(server.url, newRoom(), { codec });
    await viewer.command({ comment: { text: 'one' } });
    await viewer.command({ comment: { text: 'two' } });
    const [one, two] = [await viewer.comment('one'), await viewer.comment('two')];
    expect(one).toMatchObject({ comment: { user: { id: expect.stringMatching(/^guest-[a-z0-9]{8}$/) } } });
    expect('comment' in one && 'comment' in two && one.comment.user).toEqual('comment' in two && two.comment.user);
  });

  test('the online count counts, and is told when it changes', async () => {
    const room = newRoom();
    const first = await Viewer.join(server.url, room, { codec });
    const second = await Viewer.join(server.url, room, { codec });
    expect((await second.joined()).online).toBe(2);
    await first.event((event) => 'online' in event);
    await second.leave();
    await expect.poll(async () => (await (await fetch(`${server.url}/v1/rooms/${room}`)).json()).online).toBe(1);
  });
});

test('viewers of many cohorts and both codecs get every comment once and in order', async () => {
  const room = newRoom();
  const viewers = await Promise.all(
    Array.from({ length: 30 }, (_, index) => Viewer.join(server.url, room, { codec: index % 2 ? 'json' : 'protobuf' })),
  );
  const texts = Array.from({ length: 300 }, (_, index) => `line ${index}`);
  for (const [index, text] of texts.entries()) viewers[index % 5]?.send({ comment: { text, user: ann } });
  const late: Promise<Viewer>[] = [];
  for (let index = 0; index < 20; index++) late.push(Viewer.join(server.url, room, { codec: index % 2 ? 'json' : 'protobuf' }));
  const [first] = viewers;
  // What goes by another connection may overtake.
  await expect.poll(() => first?.texts.length).toBe(texts.length);
  await post(`${server.url}/v1/rooms/${room}/comments`, { text: 'the end' });
  for (const viewer of [...viewers, ...(await Promise.all(late))]) {
    await expect.poll(() => viewer.texts.includes('the end')).toBe(true);
    expect(chainOf(viewer.batches, 'chat').breaks).toEqual([]);
    expect(new Set(chainOf(viewer.batches, 'chat').offsets).size).toBe(viewer.texts.length);
  }
  for (const viewer of viewers) expect(viewer.texts).toEqual(first?.texts);
  expect(first?.texts.toSorted()).toEqual([...texts, 'the end'].toSorted());
}, 30_000);

test('a client that offers no subprotocol speaks JSON', async () => {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?room=plain`);
  const [data, isBinary] = await new Promise<[Buffer, boolean]>((resolve) =>
    socket.on('message', (message: Buffer, binary) => resolve([message, binary])),
  );
  expect(isBinary).toBe(false);
  expect(JSON.parse(data.toString())).toMatchObject({ joined: { room: 'plain', recovered: true, batches: [] } });
  socket.terminate();
});
