import { describe, expect } from 'vitest';
import type { ConnectOptions } from '../../src/client/types.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { next, stateOf, test } from './fixture.ts';
import type { ScriptedServer } from './scripted-server.ts';

const user = { id: 'u1', name: 'Ann' };
const options: Partial<ConnectOptions> = { transport: 'stream', user };

function said(text: string, offset: number) {
  const body = { comment: { user, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } } as const;
  const event = SealedEvent.seal(encodeBody(body), { offset, at: 0 });
  return { lane: 'chat', from: offset - 1, to: offset, skipped: 0, events: [event] } as const;
}

async function joined(server: ScriptedServer) {
  const ask = await server.asked('stream');
  ask.stream({ cursor: ask.cursor ?? 'e1.0.0' });
  return ask;
}

describe('Connection.send() over HTTP', () => {
  test('posts the draft, and answers its ref', async ({ client, server }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: '弹幕', mode: 'top' });
    const post = await server.asked('comments');
    expect([post.method, post.url.pathname]).toEqual(['POST', '/v1/rooms/r1/comments']);
    expect(post.body).toEqual({ text: '弹幕', mode: 'top', user });
    post.json({ epoch: 'e1', ref: 'c17' });
    expect(await sent).toEqual({ ref: 'c17' });
  });

  test('posts one at a time, in order; likes do not wait', async ({ client, server }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = ['a', 'b'].map((text) => connection.send({ text }));
    const first = await server.asked('comments');
    const liked = connection.like(5);
    const likes = await server.asked('likes');
    expect(likes.body).toEqual({ count: 5 });
    likes.json({ epoch: 'e1' });
    expect(await liked).toBeUndefined();
    expect(server.untaken).toBe(0);
    first.json({ epoch: 'e1', ref: 'c1' });
    const second = await server.asked('comments');
    expect([first.body, second.body]).toMatchObject([{ text: 'a' }, { text: 'b' }]);
    second.json({ epoch: 'e1', ref: 'c2' });
    expect(await Promise.all(sent)).toEqual([{ ref: 'c1' }, { ref: 'c2' }]);
  });

  test('rejects with what the server, or a proxy, refuses it for, and goes on', async ({ client, server }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = Promise.allSettled(['a', 'b', 'c', 'd'].map((text) => connection.send({ text })));
    (await server.asked('comments')).refuse(refuse('text_too_long'));
    (await server.asked('comments')).json('<html>', { status: 502 });
    (await server.asked('comments')).cut();
    (await server.asked('comments')).json({ epoch: 'e1', ref: 'c1' });
    expect(await sent).toMatchObject([
      { reason: { code: 'text_too_long', temporary: false } },
      { reason: { code: 'unexpected_answer', temporary: true } },
      { reason: { code: 'offline', message: expect.stringMatching(/may have been/) } },
      { value: { ref: 'c1' } },
    ]);
    expect(connection.state.kind).toBe('live');
  });

  test('gives up an answer that does not come, and does not send what stood behind it too late', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = ['a', 'b'].map((text) => connection.send({ text }));
    const post = await server.asked('comments');
    runtime.advance(10_000);
    for (const one of sent) await expect(one).rejects.toMatchObject({ code: 'timeout', temporary: true });
    await post.closed;
    connection.send({ text: 'c' }).catch(() => undefined);
    expect((await server.asked('comments')).body).toMatchObject({ text: 'c' });
  });

  test('is answered also when the stream is cut meanwhile', async ({ client, server }) => {
    const { connection } = client.connect(options);
    const stream = await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: 'a' });
    const post = await server.asked('comments');
    stream.cut();
    await stateOf(connection, 'offline');
    post.json({ epoch: 'e1', ref: 'c1' });
    expect(await sent).toEqual({ ref: 'c1' });
  });

  test('is rejected, and its request aborted, when the connection is closed', async ({ client, server, runtime }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = [connection.send({ text: 'a' }), connection.send({ text: 'b' }), connection.like(1)];
    const [post, likes] = [await server.asked('comments'), await server.asked('likes')];
    connection.close();
    for (const one of sent) await expect(one).rejects.toMatchObject({ code: 'closed' });
    await Promise.all([post.closed, likes.closed]);
    expect(runtime.pendingTimers).toBe(0);
  });
});

describe('Connection.send() without a connection', () => {
  test('waits, and sends in order when there is one', async ({ client, server, runtime }) => {
    const { connection, told } = client.connect({ user });
    const sent = ['a', 'b'].map((text) => connection.send({ text }));
    (await server.accept()).cut();
    const { retryAt } = await stateOf(connection, 'offline');
    sent.push(connection.send({ text: 'c' }));
    runtime.advance(retryAt - runtime.unixMs());
    connection.on('state', ({ kind }) => {
      if (kind === 'live') sent.push(connection.send({ text: 'd' }));
    });
    const peer = await server.accept();
    peer.joined();
    for (const text of ['a', 'b', 'c', 'd']) {
      const frame = await peer.next('comment');
      expect(frame.comment.text).toBe(text);
      peer.send({ ack: { id: frame.id ?? 0, ref: text } });
    }
    expect(await Promise.all(sent)).toEqual(['a', 'b', 'c', 'd'].map((ref) => ({ ref })));
    expect(told.echoes.slice(0, 3)).toEqual(['echo-1 a', 'echo-2 b', 'echo-3 c']);
  });

  test('is refused after 30 s, past 32, and when the room is left', async ({ client, runtime }) => {
    const { connection, told } = client.connect({ user });
    const late = connection.send({ text: 'late' });
    runtime.advance(30_000);
    await expect(late).rejects.toMatchObject({ code: 'timeout', message: expect.stringMatching(/was not sent/) });
    const waiting = Array.from({ length: 32 }, (_, index) => connection.send({ text: String(index) }));
    await expect(connection.send({ text: 'one more' })).rejects.toMatchObject({ code: 'too_many_commands', temporary: true });
    connection.join('r2');
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'closed', message: expect.stringMatching(/room was left/) });
    expect(told.echoes.filter((line) => /late|timeout/.test(line))).toEqual(['echo-1 late', 'echo-1 !timeout']);
    expect(told.echoes.join()).not.toContain('one more');
  });

  test('is refused at once on a closed connection, and likes always are', async ({ client, server }) => {
    const { connection, told } = client.connect();
    await expect(connection.like(1)).rejects.toMatchObject({ code: 'offline', temporary: true });
    (await server.accept()).cut();
    await stateOf(connection, 'offline');
    const waiting = connection.send({ text: 'a' });
    connection.close();
    await expect(waiting).rejects.toMatchObject({ code: 'closed' });
    await expect(connection.send({ text: 'b' })).rejects.toMatchObject({ code: 'closed', temporary: false });
    await expect(connection.like(1)).rejects.toMatchObject({ code: 'closed', temporary: false });
    expect(told.echoes).toEqual(['echo-1 a', 'echo-1 !closed']);
  });
});

describe('An echo', () => {
  test('has all that a comment has', async ({ client, runtime }) => {
    const { connection } = client.connect({ user });
    const echo = next(connection, 'echo');
    connection.send({ text: 'a', mode: 'top' }).catch(() => undefined);
    const comment = { user, text: 'a', mode: 'top', color: 0xffffff, size: 25, repeat: 1 };
    expect(await echo).toEqual({ key: 'echo-1', at: runtime.unixMs(), comment });
  });

  test.for(['ack', 'event'] as const)('is known in the event when the %s comes first', async (first, { client, server }) => {
    const { connection, told } = client.connect(options);
    const stream = await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: 'mine' });
    const post = await server.asked('comments');
    const event = next(connection, 'event');
    if (first === 'event') {
      stream.batch(said('mine', 1));
      await event;
    }
    post.json({ epoch: 'e1', ref: 'c1' });
    await sent;
    if (first === 'ack') stream.batch(said('mine', 1));
    expect((await event).echoKey).toBe('echo-1');
    expect(told.echoes).toEqual(['echo-1 mine', 'echo-1 c1']);
  });

  test('that was told before it could be known is told with its settling', async ({ client, server }) => {
    const { connection, told } = client.connect(options);
    const stream = await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: ' mine ' });
    const post = await server.asked('comments');
    const event = next(connection, 'event');
    stream.batch(said('mine', 1));
    expect((await event).echoKey).toBeUndefined();
    post.json({ epoch: 'e1', ref: 'c1' });
    await sent;
    expect(told.echoes).toEqual(['echo-1  mine ', 'echo-1 =c1']);
  });

  test('is settled, and all there is, when the room folds or skips it', async ({ client }) => {
    const { connection, told, peer } = await client.live({ user });
    const others = { comment: { user: { id: 'u2', name: 'Bob' }, text: '666', mode: 'scroll', color: 0, size: 25, repeat: 3 } } as const;
    const folded = (offset: number) => ({
      from: offset - 3,
      to: offset,
      events: [SealedEvent.seal(encodeBody(others), { offset, at: 0 })],
    });
    for (const [index, first] of (['ack', 'batch'] as const).entries()) {
      const sent = connection.send({ text: '666' });
      const { id = 0 } = await peer.next('comment');
      const offset = 3 * (index + 1);
      const event = next(connection, 'event');
      const ack = { ack: { id, ref: `c${offset - 1}` } };
      if (first === 'ack') peer.send(ack);
      peer.send({ batch: { lane: 'chat', skipped: 0, ...folded(offset) } });
      if (first === 'batch') peer.send(ack);
      expect(await event).not.toHaveProperty('echoKey');
      expect(await sent).toEqual({ ref: `c${offset - 1}` });
    }
    expect(told.echoes).toEqual(['echo-1 666', 'echo-1 c2', 'echo-2 666', 'echo-2 c5']);
    const own = next(connection, 'event');
    peer.send({ batch: said('666', 7) }); // from another tab: neither of the two is taken for it
    expect(await own).not.toHaveProperty('echoKey');
  });

  test('stored in a life of the room that is not told yet is known when that is', async ({ client, server }) => {
    const { connection, told } = client.connect(options);
    const stream = await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: 'mine' });
    (await server.asked('comments')).json({ epoch: 'e2', ref: 'c1' });
    await sent;
    const other = next(connection, 'event');
    stream.batch(said('not what c1 of e2 names', 1));
    expect(await other).not.toHaveProperty('echoKey');
    const own = next(connection, 'event');
    stream.write('event: joined\nid: e2.0.0\ndata: {"room":"r1","epoch":"e2","cursor":"e2.0.1","recovered":false,"online":1}\n\n');
    stream.batch(said('mine', 1));
    expect(await own).toMatchObject({ offset: 1, echoKey: 'echo-1' });
    expect(told.echoes).toEqual(['echo-1 mine', 'echo-1 c1']);
  });

  test('of the room before is not known in the next, also where their epochs are called the same', async ({ client, server }) => {
    const { connection } = client.connect(options);
    await joined(server);
    await stateOf(connection, 'live');
    const sent = connection.send({ text: 'mine' });
    const post = await server.asked('comments');
    connection.join('r2');
    const stream = await server.asked('stream');
    const arrived = next(connection, 'joined');
    stream.stream({ room: 'r2' });
    await arrived;
    post.json({ epoch: 'e1', ref: 'c1' });
    expect(await sent).toEqual({ ref: 'c1' });
    const events = [next(connection, 'event'), next(connection, 'event', ({ offset }) => offset === 2)];
    stream.batch(said('c1 of r2', 1));
    stream.batch(said('mine', 2));
    for (const event of await Promise.all(events)) expect(event).not.toHaveProperty('echoKey');
  });

  test('is settled once, with the error, when it is refused or lost', async ({ client }) => {
    const { connection, told, peer } = await client.live({ user });
    const sent = [connection.send({ text: 'a' }), connection.send({ text: 'b' })];
    const { id = 0 } = await peer.next('comment');
    peer.send({ error: { id, ...refuse('empty_text').refusal } });
    await expect(sent[0]).rejects.toMatchObject({ code: 'empty_text' });
    await peer.next('comment');
    peer.cut();
    await expect(sent[1]).rejects.toMatchObject({ code: 'offline' });
    expect(told.echoes).toEqual(['echo-1 a', 'echo-2 b', 'echo-1 !empty_text', 'echo-2 !offline']);
  });
});
