import { describe, expect } from 'vitest';
import { refuse } from '../../src/protocol/error-catalog.ts';
import { test } from './fixture.ts';

describe('Connection.send()', () => {
  test('puts the user of the options into drafts that have none', async ({ client }) => {
    const { connection, peer } = await client.live({ user: { id: 'u7', name: 'Bo' } });
    connection.send({ text: 'a' }).catch(() => undefined);
    expect((await peer.next('comment')).comment.user).toEqual({ id: 'u7', name: 'Bo' });
    connection.send({ text: 'a', user: { id: 'u8', name: 'Cy' } }).catch(() => undefined);
    expect((await peer.next('comment')).comment.user).toEqual({ id: 'u8', name: 'Cy' });
  });

  test('rejects with what the server refuses it for', async ({ client }) => {
    const { connection, peer } = await client.live();
    const sent = connection.send({ text: ' ' });
    const { id = 0 } = await peer.next('comment');
    peer.send({ error: { id, ...refuse('empty_text').refusal } });
    await expect(sent).rejects.toMatchObject({ code: 'empty_text', temporary: false });
    expect(connection.state.kind).toBe('live');
  });

  test('answers an empty ref for a comment that was shown but not stored', async ({ client }) => {
    const { connection, peer } = await client.live();
    const sent = connection.send({ text: 'a' });
    const { id = 0 } = await peer.next('comment');
    peer.send({ ack: { id } });
    expect(await sent).toEqual({ ref: '' });
  });

  test('rejects with offline when the connection is lost before the answer', async ({ client }) => {
    const { connection, peer } = await client.live();
    const sent = connection.send({ text: 'a' });
    await peer.next('comment');
    peer.cut();
    await expect(sent).rejects.toMatchObject({ code: 'offline', temporary: true, message: expect.stringMatching(/may have been/) });
  });

  test('rejects with timeout when no answer comes', async ({ client, runtime }) => {
    const { connection } = await client.live();
    const sent = connection.send({ text: 'a' });
    runtime.advance(10_000);
    await expect(sent).rejects.toMatchObject({ code: 'timeout' });
  });

  test.for(['protobuf', 'json'] as const)('rejects a frame that the server would not read, in %s', async (codec, { client }) => {
    const { connection, peer } = await client.live({ codec });
    // 4,200 bytes of UTF-8 in 1,400 characters.
    await expect(connection.send({ text: '弹'.repeat(1400) })).rejects.toMatchObject({ code: 'frame_too_large', temporary: false });
    connection.send({ text: '弹'.repeat(1300) }).catch(() => undefined);
    expect((await peer.next('comment')).comment.text).toHaveLength(1300);
  });
});

describe('Connection.like()', () => {
  test.for([0, -1, 1.5, 1001, Number.NaN])('rejects %d', async (count, { client }) => {
    const { connection } = await client.live();
    await expect(connection.like(count)).rejects.toMatchObject({ code: 'invalid_field', temporary: false });
  });
});
