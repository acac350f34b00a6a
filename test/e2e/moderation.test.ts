import { afterAll, beforeAll, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { connect } from '../../src/client/connect.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SECRET, tokenOf } from '../support/tokens.ts';
import { until } from '../support/until.ts';
import { Viewer } from '../support/viewer.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ AUTH_SECRET: SECRET, GUESTS: 'speak', HOST: '127.0.0.1', LINKS: 'hold' });
});
afterAll(() => server.stop());

const exp = () => Math.floor(Date.now() / 1000) + 3600;
const bearer = (claims: object) => tokenOf({ exp: exp(), ...claims });
const streamer = (room: string) => bearer({ sub: 'anchor', role: 'streamer', rooms: [room] });
const viewer = (id: string) => bearer({ sub: id });

async function call(
  path: string,
  { token, body, headers = {} }: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
) {
  const response = await fetch(`${server.url}/v1/rooms/${path}`, {
    ...(body !== undefined && { method: 'POST', body: JSON.stringify(body) }),
    headers: { ...(token !== undefined && { authorization: `Bearer ${token}` }), ...headers },
  });
  const text = await response.text();
  const json = text === '' ? undefined : (JSON.parse(text) as Record<string, never> & { error?: { code: string } });
  return { status: response.status, etag: response.headers.get('etag') ?? '', json };
}

const moderate = (room: string, body: unknown) => call(`${room}/moderation`, { token: streamer(room), body });
const say = async (room: string, text: string, by: string) => {
  const { json } = await call(`${room}/comments`, { token: viewer(by), body: { text } });
  return json?.error?.code ?? 'ok';
};

const socket = (room: string, token: string) => Viewer.join(server.url, room, { headers: { authorization: `Bearer ${token}` } });

test('a streamer mutes, bans and lifts, by the calls of the contract, and sees what is in force', async () => {
  expect((await moderate('a', { mute: { user: 'u1', seconds: 600 }, reason: 'spam' })).json).toEqual({ result: 'applied', version: 1 });
  expect(await say('a', 'hi', 'u1')).toBe('muted');
  expect(await say('other', 'hi', 'u1')).toBe('ok');
  expect((await moderate('a', { unmute: { user: 'u1' } })).json).toEqual({ result: 'applied', version: 2 });
  expect((await moderate('a', { unmute: { user: 'u1' } })).json).toEqual({ result: 'unchanged', version: 3 });
  expect(await say('a', 'hi', 'u1')).toBe('ok');
  await moderate('a', { ban: { user: 'u2' } });
  expect(await say('a', 'hi', 'u2')).toBe('banned');
  const seen = await call('a/moderation', { token: streamer('a') });
  expect(seen.json).toMatchObject({
    room: 'a',
    version: 4,
    sanctions: [{ kind: 'ban', user: 'u2' }],
    held: [],
    audit: [
      { by: 'anchor', kind: 'mute', target: 'u1', reason: 'spam' },
      { by: 'anchor', kind: 'unmute', target: 'u1' },
      { by: 'anchor', kind: 'ban', target: 'u2' },
    ],
  });
  expect((await call('a/moderation', { token: streamer('a'), headers: { 'if-none-match': seen.etag } })).status).toBe(304);
  await moderate('a', { unban: { user: 'u2' } });
  expect((await call('a/moderation', { token: streamer('a'), headers: { 'if-none-match': seen.etag } })).status).toBe(200);
});

test('every action is a line of the log: who, what, to whom, where', async () => {
  await moderate('logged', { ban: { user: 'u9' }, reason: 'because' });
  const line = server.log
    .join('\n')
    .split('\n')
    .find((text) => text.includes('"room":"logged"'));
  expect(JSON.parse(line ?? '')).toMatchObject({
    room: 'logged',
    kind: 'ban',
    user: 'u9',
    by: 'anchor',
    reason: 'because',
    msg: 'moderation',
  });
});

test('a shadow banned viewer sees its own comment, and nobody else does', async () => {
  await moderate('shadow', { shadowBan: { user: 'u1' } });
  const [shadowed, other] = await Promise.all([socket('shadow', viewer('u1')), socket('shadow', viewer('u2'))]);
  await shadowed.command({ comment: { text: 'am I here' } });
  await shadowed.comment('am I here');
  expect(await say('shadow', 'over HTTP', 'u1')).toBe('ok');
  await other.command({ comment: { text: 'after' } });
  await Promise.all([shadowed.comment('after'), other.comment('after')]);
  expect(shadowed.texts).toEqual(['am I here', 'after']);
  expect(other.texts).toEqual(['after']);
  const polled = await call('shadow/events');
  expect(JSON.stringify(polled.json)).not.toContain('am I here');
  await Promise.all([shadowed.leave(), other.leave()]);
});

test('a held comment waits unseen; its sender is told so, and when it was denied; approved it is said', async () => {
  const sender = await socket('held', viewer('u1'));
  const codes = () => sender.frames.flatMap((frame) => ('error' in frame ? [`${frame.error.id ?? ''} ${frame.error.code}`] : []));
  sender.send({ id: 7, comment: { text: 'see https://a.example' } });
  sender.send({ id: 8, comment: { text: 'see https://b.example' } });
  await until('both are held', () => codes().length === 2);
  expect(codes()).toEqual(['7 held_for_review', '8 held_for_review']);
  expect(await say('held', 'see https://c.example', 'u2')).toBe('held_for_review');
  const held = async () => {
    const { json } = await call('held/moderation', { token: streamer('held') });
    return (json as unknown as { held: { id: string; comment: { text: string } }[] }).held;
  };
  const [a, b, c] = await held();
  expect([a, b, c].map((one) => one?.comment.text)).toEqual(['a', 'b', 'c'].map((host) => `see https://${host}.example`));
  expect((await moderate('held', { deny: { id: a?.id } })).json).toMatchObject({ result: 'applied' });
  await until('the sender hears of it', () => codes().length === 3);
  expect(codes()[2]).toBe(' comment_denied');
  expect((await moderate('held', { approve: { id: b?.id } })).json).toMatchObject({ result: 'applied', refs: ['c1'] });
  expect((await moderate('held', { approve: { id: b?.id } })).json).toMatchObject({ result: 'unchanged' });
  await sender.comment('see https://b.example');
  expect((await held()).map(({ id }) => id)).toEqual([c?.id]);
  await moderate('held', { ban: { user: 'u2' } });
  expect(await held()).toEqual([]);
  await sender.leave();
});

test('the SDK tells that a comment is held, and that it was denied', async () => {
  const connection = connect({ url: server.url, room: 'sdk', transport: 'websocket', token: viewer('u1'), WebSocket });
  const denied = new Promise((resolve) => connection.on('denied', ({ code }) => resolve(code)));
  await new Promise((resolve) => connection.on('joined', resolve));
  await expect(connection.send({ text: 'see https://a.example' })).rejects.toMatchObject({ code: 'held_for_review' });
  const { json } = await call('sdk/moderation', { token: streamer('sdk') });
  const { held } = json as unknown as { held: { id: string }[] };
  await moderate('sdk', { deny: { id: held[0]?.id } });
  expect(await denied).toBe('comment_denied');
  connection.close();
});

test('a revoked overlay is shown out of its socket and its stream, and let in by no call', async () => {
  const overlay = bearer({ sub: 'obs', role: 'overlay', rooms: ['live'], jti: 'overlay-1' });
  const shown = await socket('live', overlay);
  const stream = await fetch(`${server.url}/v1/rooms/live/stream?token=${overlay}`);
  const streamed = stream.text();
  const polled = await call('live/events', { token: overlay });
  const waiting = call(`live/events?wait=30&cursor=${polled.json?.['cursor']}`, { token: overlay });
  await until('the poll waits', async () => (await (await fetch(`${server.url}/metrics`)).text()).includes('transport="poll"} 1'));
  await moderate('live', { revokeToken: { tokenId: 'overlay-1' } });
  expect(await shown.closed).toBe(4403);
  expect(await streamed).toContain('event: revoked');
  expect((await call('live/events', { token: overlay })).json?.error?.code).toBe('unauthorized');
  expect((await call('live', { token: overlay })).json?.error?.code).toBe('unauthorized');
  expect((await fetch(`${server.url}/v1/rooms/live/stream?token=${overlay}`)).status).toBe(401);
  const refused = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?room=live&token=${overlay}`);
  const code = await new Promise((resolve) => refused.on('close', resolve).on('error', () => undefined));
  expect(code).not.toBe(1000);
  // What waited is told nothing more.
  await say('live', 'secret', 'u1');
  expect((await waiting).json?.error?.code).toBe('unauthorized');
});

test('settings are set by whoever rules the room, a part at a time, and everyone is told', async () => {
  const watcher = await socket('modes', viewer('u1'));
  const set = (body: unknown) => call('modes/settings', { token: streamer('modes'), body });
  expect((await set({ slowModeSeconds: 60, title: 'T' })).json).toMatchObject({ ref: 'p1', settings: { slowModeSeconds: 60, title: 'T' } });
  await watcher.event((event) => 'state' in event && event.state.slowModeSeconds === 60);
  expect([await say('modes', 'a', 'u1'), await say('modes', 'b', 'u1')]).toEqual(['ok', 'slow_down']);
  expect((await set({ slowModeSeconds: null, muted: true })).json).toMatchObject({ settings: { title: 'T', muted: true } });
  expect(await say('modes', 'c', 'u2')).toBe('room_muted');
  expect(await say('modes', 'd', 'anchor')).toBe('room_muted');
  expect((await call('modes/comments', { token: streamer('modes'), body: { text: 'e' } })).status).toBe(200);
  expect((await set({ volume: 11 })).json?.error?.code).toBe('unknown_field');
  expect((await set([])).json?.error?.code).toBe('invalid_field');
  await watcher.leave();
});

test('what is wrong with a command is said by the catalogue', async () => {
  const codes = [];
  for (const body of [{}, { ban: {} }, { ban: { user: 1 } }, { mute: { user: 'u', seconds: 0 } }, { nuke: {} }, 'ban', null]) {
    codes.push((await moderate('wrong', body)).json?.error?.code);
  }
  expect(codes).toEqual([
    'invalid_field',
    'missing_field',
    'invalid_field',
    'invalid_field',
    'unknown_field',
    'invalid_field',
    'invalid_field',
  ]);
  expect((await call('not%20a%20room/moderation', { token: streamer('a') })).json?.error?.code).toBe('invalid_room');
});
