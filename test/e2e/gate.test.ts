import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { metricValue } from '../../bench/lib/metric-value.ts';
import { mintToken } from '../../src/auth/mint-token.ts';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { rawRequest } from '../support/raw-http.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { post, Viewer } from '../support/viewer.ts';

const AUTH_SECRET = 'a secret of the tests, long enough';
const SERVER_KEY = 'key';
const MODERATION_SECRET = 'another secret of the tests, long';

let server: ServerProcess;
let backend: Server;
let answer: (text: string) => Promise<object | undefined>;
let wordsFile: string;
let directory: string;
let rooms = 0;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'barrage-words-'));
  wordsFile = join(directory, 'words.txt');
  await writeFile(wordsFile, 'darn = mask\nscam\n');
  answer = async () => ({ verdict: 'allow' });
  backend = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { text } = JSON.parse(Buffer.concat(chunks).toString()) as { text: string };
    const said = await answer(text);
    if (said) response.end(JSON.stringify(said));
    else response.destroy();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  server = await startServerProcess({
    AUTH_SECRET,
    SERVER_KEYS: SERVER_KEY,
    TRUST_PROXY: 'loopback',
    COMMENT_LIMIT: '3/3600',
    REPEAT_MS: '600000',
    HANDSHAKE_LIMIT: '40/3600',
    ROOM_LIMIT: '20/3600',
    ADDRESS_CONNECTIONS: '4',
    USER_CONNECTIONS: '2',
    REFUSAL_LIMIT: '50/3600',
    WORDS_FILE: wordsFile,
    MODERATION_URL: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`,
    MODERATION_SECRET,
    // The backend is this process: on a busy machine it does not always answer within the 200 ms that are usual.
    MODERATION_BUDGET_MS: '5000',
    MODERATION_LATE: 'deny',
  });
});
afterAll(async () => {
  await server.stop();
  backend.close();
  backend.closeAllConnections();
  await rm(directory, { recursive: true });
});

const CONNECTIONS = { name: 'barrage_connections', label: 'transport="websocket"' };

const newRoom = () => `room-${++rooms}`;
let addresses = 0;
const newAddress = () => `198.51.${Math.floor(++addresses / 250)}.${(addresses % 250) + 1}`;

async function headersOf(id: string, { from = newAddress(), ...claims }: { from?: string; level?: number; isFollower?: boolean } = {}) {
  const contents = { user: { id, name: id }, role: 'viewer', rooms: 'all', expiresAt: Date.now() + 600_000, ...claims } as const;
  return { Authorization: `Bearer ${await mintToken(contents, { secret: AUTH_SECRET })}`, 'X-Forwarded-For': from };
}

type Claims = Parameters<typeof headersOf>[1];

async function joined(room: string, id: string, claims: Claims = {}): Promise<Viewer> {
  return Viewer.join(server.url, room, { headers: await headersOf(id, claims) });
}

async function say(viewer: Viewer, text: string): Promise<string> {
  const { code } = await viewer.command({ comment: { text } });
  return code ?? 'ok';
}

async function publish(room: string, events: readonly object[]): Promise<void> {
  const { status } = await post(`${server.url}/v1/rooms/${room}/events`, { events }, { Authorization: `Bearer ${SERVER_KEY}` });
  expect(status).toBe(200);
}

test('a flood of one user is refused with the time to wait, from wherever it comes; the others get everything that the others say', async () => {
  const room = newRoom();
  const [flooder, again, ann, bea] = [
    await joined(room, 'f1'),
    await joined(room, 'f1'),
    await joined(room, 'a1'),
    await joined(room, 'b1'),
  ];
  const floods = Array.from({ length: 60 }, (_, index) => say(index % 2 === 0 ? flooder : again, `flood ${index}`));
  const others = [say(ann, 'one'), say(bea, 'two'), say(ann, 'three')];
  const answers = await Promise.all(floods);
  expect(answers.filter((code) => code === 'ok')).toHaveLength(3);
  expect(answers.filter((code) => code === 'slow_down')).toHaveLength(57);
  expect(await Promise.all(others)).toEqual(['ok', 'ok', 'ok']);
  for (const viewer of [ann, bea]) for (const text of ['one', 'two', 'three']) await viewer.comment(text);
  const refused = await rawRequest(`${server.url}/v1/rooms/${room}/comments`, {
    method: 'POST',
    headers: await headersOf('f1'),
    body: JSON.stringify({ text: 'over HTTP' }),
  });
  expect(refused.status).toBe(429);
  const { error } = JSON.parse(refused.body.toString()) as { error: { code: string; retryAfterMs: number } };
  expect(error.code).toBe('slow_down');
  expect(refused.headers['retry-after']).toBe(String(Math.ceil(error.retryAfterMs / 1000)));
  for (const viewer of [flooder, again, ann, bea]) await viewer.leave();
});

test('a viewer who goes on after it was refused is told as often as the limit says, and closed to stay away', async () => {
  const room = newRoom();
  const [flooder, ann] = [await joined(room, 'f2'), await joined(room, 'a2')];
  // In one write, as far as the kernel takes it: what comes behind the close is not looked at.
  for (let index = 0; index < 5000; index++) flooder.send({ id: index + 1, comment: { text: `flood ${index}` } });
  expect(await flooder.closed).toBe(CLOSE_CODES.flooding);
  const errors = flooder.frames.filter((frame) => 'error' in frame);
  expect(errors).toHaveLength(50); // its join was answered too, and the last refusal ends it
  expect(await say(ann, 'calm')).toBe('ok');
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metricValue(metrics, { name: 'barrage_limited_total', label: 'limit="refusals"' })).toBe(1);
  await ann.leave();
});

test('a flood of handshakes from one address is refused, on every way in that stays open, while other addresses come and go', async () => {
  const room = newRoom();
  const from = newAddress();
  const knock = async () => {
    const viewer = new Viewer(server.url, { room, headers: { 'X-Forwarded-For': from } });
    const code = await Promise.race([viewer.closed, viewer.joined().then(() => 0)]);
    await viewer.leave();
    return code;
  };
  const codes: number[] = [];
  for (let index = 0; index < 43; index++) codes.push(await knock());
  expect(codes.map((code) => (code === 0 ? 'in' : 'out'))).toEqual([...Array(40).fill('in'), 'out', 'out', 'out']);
  const stream = await rawRequest(`${server.url}/v1/rooms/${room}/stream`, { headers: { 'X-Forwarded-For': from } });
  expect([stream.status, JSON.parse(stream.body.toString()).error.code]).toEqual([429, 'slow_down']);
  // What a client writes before its proxy's word counts for nothing.
  const spoofed = await rawRequest(`${server.url}/v1/rooms/${room}/stream`, { headers: { 'X-Forwarded-For': `203.0.113.9, ${from}` } });
  expect(spoofed.status).toBe(429);
  const other = await joined(room, 'o1');
  await other.leave();
});

test('an address, and a user, hold so many connections and no more; a place that is left is free again', async () => {
  const room = newRoom();
  const from = newAddress();
  const held = [];
  for (const id of ['h1', 'h2', 'h3', 'h4']) held.push(await joined(room, id, { from }));
  const path = `${server.url}/v1/rooms/${room}`;
  const headers = await headersOf('h5', { from });
  const { cursor } = (await (await fetch(path)).json()) as { cursor: string };
  for (const way of ['stream', `events?wait=1&cursor=${cursor}`]) {
    const reply = await rawRequest(`${path}/${way}`, { headers });
    expect([reply.status, JSON.parse(reply.body.toString()).error.code]).toEqual([429, 'connection_limit']);
  }
  const refused = new Viewer(server.url, { room, headers });
  await refused.closed;
  expect(refused.frames).toEqual([]);
  await held[0]?.leave();
  // The server hears of it a moment later.
  const open = async () => metricValue(await (await fetch(`${server.url}/metrics`)).text(), CONNECTIONS);
  await expect.poll(open, { interval: 10 }).toBe(3);
  const letIn = await Viewer.join(server.url, room, { headers });
  const second = await joined(room, 'h5');
  const third = new Viewer(server.url, { room, headers: await headersOf('h5') });
  await third.closed;
  expect(third.frames).toEqual([]);
  // Nor by a frame, once it is in.
  const guest = await Viewer.join(server.url, room, { headers: { 'X-Forwarded-For': newAddress() } });
  const token = headers.Authorization.slice('Bearer '.length);
  expect(await guest.command({ auth: { token } })).toMatchObject({ code: 'connection_limit' });
  await second.leave();
  await expect.poll(async () => (await guest.command({ auth: { token } })).code, { interval: 10 }).toBeUndefined();
  for (const viewer of [...held.slice(1), letIn, guest]) await viewer.leave();
});

test('an address opens so many rooms that nobody is in', async () => {
  const from = newAddress();
  const statuses = [];
  for (let index = 0; index < 21; index++) {
    statuses.push((await rawRequest(`${server.url}/v1/rooms/${newRoom()}`, { headers: { 'X-Forwarded-For': from } })).status);
  }
  expect(statuses).toEqual([...Array(20).fill(200), 429]);
});

test('slow mode, followers only and a least level hold by what tokens say, from the moment that they are told', async () => {
  const room = newRoom();
  const [ann, follower] = [await joined(room, 'm1', { level: 3 }), await joined(room, 'm2', { isFollower: true, level: 9 })];
  await publish(room, [{ state: { followersOnly: true } }]);
  await ann.event((event) => 'state' in event);
  expect([await say(ann, 'a'), await say(follower, 'b')]).toEqual(['followers_only', 'ok']);
  await publish(room, [{ state: { minLevel: 5 } }]);
  await ann.event((event) => 'state' in event && event.state.minLevel === 5);
  expect(await say(ann, 'a')).toBe('level_too_low');
  await publish(room, [{ state: { slowModeSeconds: 600 } }]);
  await follower.event((event) => 'state' in event && event.state.slowModeSeconds === 600);
  expect([await say(follower, 'c'), await say(follower, 'd')]).toEqual(['ok', 'slow_down']);
  for (const viewer of [ann, follower]) await viewer.leave();
});

test('a word is masked for everyone, another blocked; a list that changes counts within seconds; blocked words of a room count there', async () => {
  const room = newRoom();
  const [ann, bea] = [await joined(room, 'w1'), await joined(room, 'w2')];
  expect([await say(ann, 'darn it'), await say(ann, 'a scam'), await say(ann, 'plum')]).toEqual(['ok', 'blocked_text', 'ok']);
  await bea.comment('**** it');
  await publish(room, [{ state: { blockedWords: ['pear'] } }]);
  await bea.event((event) => 'state' in event);
  expect(await say(bea, 'a pear')).toBe('blocked_text');
  await writeFile(wordsFile, 'plum\ndarn = mask\nscam\n');
  let tries = 0;
  const sayPlum = async () => {
    const headers = await headersOf(`plum-${++tries}`);
    return (await post(`${server.url}/v1/rooms/${room}/comments`, { text: 'a plum' }, headers)).status;
  };
  await expect.poll(sayPlum, { interval: 100, timeout: 20_000 }).toBe(422);
  for (const viewer of [ann, bea]) await viewer.leave();
});

test('the backend replaces, denies and is waited for no longer than its budget; when it is down its rule decides, and others do not wait', async () => {
  const room = newRoom();
  const [ann, bea, cy, dee] = [await joined(room, 'k1'), await joined(room, 'k2'), await joined(room, 'k3'), await joined(room, 'k4')];
  answer = async (text) => {
    if (text === 'replace me') return { verdict: 'replace', text: 'replaced' };
    if (text === 'never') return new Promise(() => undefined);
    return { verdict: text === 'deny me' ? 'deny' : 'allow' };
  };
  const never = say(ann, 'never');
  expect(await say(bea, 'replace me')).toBe('ok');
  await cy.comment('replaced');
  expect(await say(bea, 'deny me')).toBe('blocked_text');
  expect(await never).toBe('moderation_unavailable');
  answer = async () => undefined;
  const down = [];
  for (const viewer of [ann, ann, cy, cy, cy, dee]) down.push(await say(viewer, `down ${down.length}`));
  expect(new Set(down)).toEqual(new Set(['moderation_unavailable']));
  const metrics = await (await fetch(`${server.url}/metrics`)).text();
  expect(metrics).toContain('barrage_webhook_open 1');
  expect(metrics).toMatch(/barrage_refusals_total\{code="moderation_unavailable"\} 7/);
  for (const viewer of [ann, bea, cy, dee]) await viewer.leave();
});

test('many who come at once with tokens that were never seen before are all let in', async () => {
  const room = newRoom();
  const viewers = await Promise.all(Array.from({ length: 200 }, (_, index) => joined(room, `n${index}`)));
  for (const viewer of viewers) await viewer.leave();
});
