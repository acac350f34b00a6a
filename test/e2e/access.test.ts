import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { KeyServer, signedBy, signingKey } from '../support/key-server.ts';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { SECRET, tokenOf, unsignedToken } from '../support/tokens.ts';

// Every call and frame, by every kind of bearer: who is let in where. What is not here is let in nowhere.

const ROOM = 'r1';
const KEY = 'a-server-key';
const key = await signingKey('k1', 'RS256');
const stranger = await signingKey('k1', 'RS256');
const keyServer = await KeyServer.start(key);

const seconds = () => Math.floor(Date.now() / 1000);
const good = () => ({ rooms: [ROOM], exp: seconds() + 3600 });
const roleToken = (role: string) => tokenOf({ ...good(), sub: role, role, jti: role });
const publicPem = async () => {
  const der = Buffer.from(await crypto.subtle.exportKey('spki', key.pair.publicKey));
  return Buffer.from(`-----BEGIN PUBLIC KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`);
};

let server: ServerProcess;
const start = (options: Record<string, string>) =>
  startServerProcess({
    HOST: '127.0.0.1',
    AUTH_SECRET: SECRET,
    AUTH_JWKS_URL: keyServer.url,
    SERVER_KEYS: KEY,
    REVOKED_TOKENS: 'taken-back',
    ...options,
  });
const restart = async (options: Record<string, string>) => {
  await server.stop();
  server = await start(options);
};
beforeAll(async () => {
  server = await start({});
});
afterAll(async () => {
  await server.stop();
  await keyServer.stop();
});

type Token = string | undefined;

/** `yes`, or the catalogue's code. */
async function outcomeOf(response: Response): Promise<string> {
  if (response.ok) {
    await response.body?.cancel();
    return 'yes';
  }
  const { error } = (await response.json()) as { error: { code: string } };
  return error.code;
}

const authorization = (token: Token): Record<string, string> => (token === undefined ? {} : { authorization: `Bearer ${token}` });

const http = (path: string, body?: object) => async (token: Token) =>
  outcomeOf(
    await fetch(`${server.url}${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: authorization(token),
    }),
  );

const byQuery = (path: string) => async (token: Token) =>
  outcomeOf(await fetch(`${server.url}${path}${token === undefined ? '' : `?token=${encodeURIComponent(token)}`}`));

interface SocketCall {
  readonly query?: string;
  readonly protocols?: string[];
  readonly headers?: Record<string, string>;
  readonly frames: readonly object[];
}

/** What frames come to, after a handshake: `yes` for an ack each, else the code; all in one word where it is the same. */
async function overSocket({ query = '', protocols = [], headers = {}, frames }: SocketCall) {
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws${query}`, protocols, { headers });
  const outcomes: string[] = [];
  const refused = new Promise<string>((resolve) => {
    socket.on('unexpected-response', (_, response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => {
        text += chunk.toString();
      });
      response.on('end', () => resolve((JSON.parse(text) as { error: { code: string } }).error.code));
    });
  });
  socket.on('error', () => undefined); // closing a socket whose handshake was refused is one
  const opened = await Promise.race([refused, once(socket, 'open').then(() => undefined)]);
  if (opened !== undefined) {
    socket.terminate();
    return opened;
  }
  if (protocols.length > 0) expect(socket.protocol).toBe('barrage.v1.json');
  const answered = new Promise<void>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as { ack?: object; error?: { code: string } };
      if (frame.ack) outcomes.push('yes');
      if (frame.error) outcomes.push(frame.error.code);
      if (outcomes.length === frames.length) resolve();
    });
  });
  for (const [id, frame] of frames.entries()) socket.send(JSON.stringify({ id, ...frame }));
  await answered;
  socket.close();
  await once(socket, 'close');
  return outcomes.join(' ');
}

const JOIN = { join: { room: ROOM } };
const SPEAK = [{ comment: { text: 'hi' } }, { like: { count: 1 } }];

const room = `/v1/rooms/${ROOM}`;

/** One for each call and frame, and for each way that a token comes by. A new call is a line here and one in the rows below. */
const CALLS: Record<string, (token: Token) => Promise<string>> = {
  page: http(`/watch/${ROOM}`),
  liveness: http('/healthz'),
  readiness: http('/readyz'),
  metrics: http('/metrics'),
  'room list': http('/v1/rooms'),
  'room info': http(room),
  poll: http(`${room}/events`),
  'poll by query': byQuery(`${room}/events`),
  'long poll': http(`${room}/events?wait=1`),
  stream: http(`${room}/stream`),
  'stream by query': byQuery(`${room}/stream`),
  comment: http(`${room}/comments`, { text: 'hi' }),
  like: http(`${room}/likes`, { count: 1 }),
  publish: http(`${room}/events`, { events: [{ notice: { text: 'hi' } }] }),
  'read moderation': http(`${room}/moderation`),
  moderate: http(`${room}/moderation`, { unmute: { user: 'nobody' } }),
  'set modes': http(`${room}/settings`, { title: 'Live' }),
  'socket by header': (token) => overSocket({ query: `?room=${ROOM}`, headers: authorization(token), frames: SPEAK }),
  'socket by query': (token) =>
    overSocket({ query: `?room=${ROOM}${token === undefined ? '' : `&token=${encodeURIComponent(token)}`}`, frames: SPEAK }),
  'socket by subprotocol': (token) =>
    overSocket({
      query: `?room=${ROOM}`,
      protocols: ['barrage.v1.json', ...(token ? [`barrage.v1.token.${token}`] : [])],
      frames: SPEAK,
    }),
  'socket by frame': (token) => overSocket({ frames: [...(token === undefined ? [] : [{ auth: { token } }]), JOIN, ...SPEAK] }),
};

type Row = Record<string, string>;
const all = (names: readonly string[], outcome: string): Row => Object.fromEntries(names.map((name) => [name, outcome]));
const [U, F, X] = ['unauthorized', 'forbidden', 'token_expired'];

/** Whoever comes, with whatever. */
const PUBLIC = all(['page', 'liveness', 'readiness', 'metrics'], 'yes');
const READS = all(['room list', 'room info', 'poll', 'poll by query', 'long poll', 'stream', 'stream by query'], 'yes');
const every = (outcome: string): Row => ({ ...all(Object.keys(CALLS), outcome), ...PUBLIC });

/** What who is nobody comes to by the frames join, comment and like. */
const GUESTS = {
  watch: { join: 'yes', speak: U },
  speak: { join: 'yes', speak: 'yes' },
  none: { join: U, speak: 'not_joined' },
} as const;
type Guest = (typeof GUESTS)[keyof typeof GUESTS];
const asGuest = ({ join, speak }: Guest) => `${join} ${speak} ${speak}`;

/** One who watches, and what the rest comes to. */
const watcher = ({ speak, publish, rule }: { speak: string; publish: string; rule: string }): Row => ({
  ...PUBLIC,
  ...READS,
  comment: speak,
  like: speak,
  publish,
  ...all(['read moderation', 'moderate', 'set modes'], rule),
  ...all(['socket by header', 'socket by query', 'socket by subprotocol'], `${speak} ${speak}`),
  'socket by frame': `yes yes ${speak} ${speak}`,
});
const guest = (who: Guest): Row => ({
  ...(who.join === 'yes' ? watcher({ speak: who.speak, publish: U, rule: U }) : every(U)),
  'socket by frame': asGuest(who),
});
/** A token that is good for nothing: its frame is refused, and whoever sent it stays a guest. */
const refused =
  (code: string) =>
  (who: Guest): Row => ({ ...every(code), 'socket by frame': `${code} ${asGuest(who)}` });
const always = (row: Row) => () => row;

const VIEWER = always(watcher({ speak: 'yes', publish: F, rule: F }));
const RULER = always(watcher({ speak: 'yes', publish: F, rule: 'yes' }));
const SERVICE = watcher({ speak: F, publish: 'yes', rule: 'yes' });

const ROWS: [string, () => Token | Promise<Token>, (who: Guest) => Row][] = [
  ['no token', () => undefined, guest],
  // A subprotocol cannot be empty: the test offers none, and its bearer is a guest.
  ['an empty token', () => '', (who) => ({ ...refused(U)(who), 'socket by subprotocol': guest(who)['socket by subprotocol'] ?? '' })],
  ['a viewer token', () => roleToken('viewer'), VIEWER],
  ['a viewer token by a key of the set', () => signedBy(key, good()), VIEWER],
  ['a moderator token', () => roleToken('moderator'), RULER],
  ['a streamer token', () => roleToken('streamer'), RULER],
  ['an overlay token', () => roleToken('overlay'), always(watcher({ speak: F, publish: F, rule: F }))],
  [
    'a server key',
    () => KEY,
    // It is for requests, and stands in their headers alone.
    (who) => ({
      ...SERVICE,
      ...all(['poll by query', 'stream by query', 'socket by query', 'socket by subprotocol'], U),
      'socket by frame': `${U} ${asGuest(who)}`,
    }),
  ],
  ['another server key', () => `${KEY}.`, refused(U)],
  ['a service token', () => roleToken('service'), always(SERVICE)],
  ['a token that says guest', () => roleToken('guest'), refused(U)],
  ['a token of an unknown role', () => roleToken('admin'), refused(U)],
  ['an expired token', () => tokenOf({ ...good(), exp: seconds() - 60, role: 'service' }), refused(X)],
  ['a token that never expires', () => tokenOf({ ...good(), exp: null, role: 'service' }), refused(U)],
  ['a token that was taken back', () => tokenOf({ ...good(), role: 'service', jti: 'taken-back' }), refused(U)],
  [
    'a token for another room',
    () => tokenOf({ ...good(), role: 'service', rooms: ['r2', 'r11'] }),
    // Good as such: it lists its own rooms, and its bearer is someone, but not here.
    always({ ...every(F), 'room list': 'yes', 'socket by frame': `yes ${F} not_joined not_joined` }),
  ],
  ['a token with a wrong signature', () => tokenOf({ ...good(), role: 'service' }, { secret: `${SECRET}.` }), refused(U)],
  ['a token by a stranger under a known key id', () => signedBy(stranger, good()), refused(U)],
  ['alg none', () => unsignedToken({ ...good(), role: 'service' }), refused(U)],
  ['HS256 without a signature', () => unsignedToken({ ...good(), role: 'service' }, 'HS256'), refused(U)],
  ['HS256 by the public key', async () => tokenOf(good(), { secret: await publicPem(), header: { kid: 'k1' } }), refused(U)],
  ['HS256 by the public key as a JWK', () => tokenOf(good(), { secret: JSON.stringify(key.jwk), header: { kid: 'k1' } }), refused(U)],
  ['garbage', () => 'a.b.c', refused(U)],
];

describe.each(Object.entries(GUESTS))('with GUESTS=%s', (guests, who) => {
  beforeAll(() => restart({ GUESTS: guests }));

  test.each(ROWS)('who brings %s', async (_, tokenOfRow, expected) => {
    const token = await tokenOfRow();
    const row: Row = {};
    for (const [name, call] of Object.entries(CALLS)) row[name] = await call(token);
    expect(row).toEqual(expected(who));
  });
});

test('where guests are not let in, what is told is told to one', async () => {
  await restart({ GUESTS: 'none' });
  const answer = await fetch(`${server.url}/v1/rooms/${ROOM}/events`, { headers: { authorization: `Bearer ${roleToken('viewer')}` } });
  expect(answer.headers.get('cache-control')).toBe('private, max-age=1');
});

test('where guests speak, they do so under no name of their own', async () => {
  await restart({ GUESTS: 'speak' });
  const said = await fetch(`${server.url}/v1/rooms/${ROOM}/comments`, {
    method: 'POST',
    body: JSON.stringify({ text: 'hi', user: { id: 'u1', name: 'Ann' } }),
  });
  expect(said.status).toBe(200);
  const told = await fetch(`${server.url}/v1/rooms/${ROOM}/events`);
  expect(told.headers.get('cache-control')).toBe('public, max-age=1');
  expect(await told.text()).toContain('"user":{"id":"guest","name":"guest"}');
});

test('what a poll is answered for its token is kept from other caches than its own, and does not depend on the token', async () => {
  await restart({});
  const url = `${server.url}/v1/rooms/${ROOM}/events`;
  const answers = await Promise.all(
    [url, `${url}?token=${roleToken('viewer')}`, `${url}?limit=100&token=${roleToken('overlay').replaceAll('.', '%2E')}`].map((address) =>
      fetch(address),
    ),
  );
  expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual([
    'public, max-age=1',
    'private, max-age=1',
    'private, max-age=1',
  ]);
  const etags = answers.map(({ headers }) => headers.get('etag') ?? '');
  expect(new Set(etags).size).toBe(1);
  const again = await fetch(`${url}?token=${roleToken('overlay')}`, { headers: { 'if-none-match': etags[0] ?? '' } });
  expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, max-age=1']);
});

test("a page's script, which sees no answer to its handshake, is told why it is not let in and closed for good", async () => {
  const closed = async (query: string) => {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?${query}`, { origin: 'https://live.example' });
    const [message] = (await once(socket, 'message')) as [Buffer];
    const [code] = (await once(socket, 'close')) as [number];
    return [(JSON.parse(message.toString()) as { error: { code: string } }).error.code, code];
  };
  expect(await closed(`room=${ROOM}&token=a.b.c`)).toEqual([U, 4403]);
  expect(await closed(`room=r2&token=${roleToken('viewer')}`)).toEqual([F, 4403]);
});

test('the log says which mode it is, and never a secret', () => {
  expect(server.log.join('\n')).toContain('tokens are checked: guests may watch, server calls need a server key or a service token');
  expect(server.log.join('\n')).not.toContain(SECRET);
});

test('in open mode everyone moderates where there are no server keys; where there are, who has one', async () => {
  const calls = ['read moderation', 'moderate', 'set modes', 'publish'];
  const outcomes = async (token: Token) => Promise.all(calls.map((name) => CALLS[name]?.(token)));
  await restart({ AUTH_SECRET: '', AUTH_JWKS_URL: '', SERVER_KEYS: '' });
  expect(await outcomes(undefined)).toEqual(calls.map(() => 'yes'));
  await restart({ AUTH_SECRET: '', AUTH_JWKS_URL: '' });
  for (const token of [undefined, roleToken('streamer')]) expect(await outcomes(token)).toEqual(calls.map(() => U));
  expect(await outcomes(KEY)).toEqual(calls.map(() => 'yes'));
});

test('who goes away while a key is waited for leaves nothing behind, and who stays is answered', async () => {
  const held: ServerResponse[] = [];
  keyServer.answer = (response) => {
    held.push(response);
  };
  await restart({});
  const token = await signedBy(key, good());
  const url = `${server.url}/v1/rooms/${ROOM}/events?token=${token}`;
  const socket = new WebSocket(`${server.url.replace('http', 'ws')}/v1/ws?room=${ROOM}&token=${token}`);
  socket.on('error', () => undefined);
  const gone = new AbortController();
  const left = [fetch(`${url}&wait=30`, { signal: gone.signal }), fetch(url.replace('events', 'stream'), { signal: gone.signal })];
  const stays = CALLS['socket by query']?.(token);
  const polls = fetch(url);
  const waiting = async () => (await fetch(`${server.url}/healthz`)).status;
  expect(await waiting()).toBe(200);
  gone.abort();
  socket.terminate();
  await Promise.allSettled(left);
  expect(await waiting()).toBe(200);
  keyServer.answer = undefined;
  for (const response of held) response.end(JSON.stringify({ keys: keyServer.keys }));
  expect(await stays).toBe('yes yes');
  expect((await polls).status).toBe(200);
  const open = async () => (await (await fetch(`${server.url}/metrics`)).text()).match(/^barrage_connections\{.* [1-9]/m);
  await expect.poll(open).toBe(null);
  expect(server.log.join('')).not.toContain('an answer failed');
});
