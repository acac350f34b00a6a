import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { entryOf } from '../../../src/broker/entry.ts';
import type { PendingAppend, RoomStore } from '../../../src/broker/redis/room-store.ts';
import { decodeNews } from '../../../src/broker/redis/stored-news.ts';
import { ANN, bodyOf, offsetsOf } from '../../support/events.ts';
import { added } from '../../support/metrics.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { memberBytes, newsBytes } from '../../support/stored-news.ts';
import { accepted, comment, notice, numbers } from '../contract-fixture.ts';
import { age } from './aging.ts';
import { openStore } from './store-fixture.ts';

const MAX_RECEIPTS = 8000;
const MAX_COMBOS = 10_000;

let server: RedisServer;
let redis: Redis;
beforeAll(async () => {
  server = await RedisServer.start();
  redis = server.client();
});
afterAll(() => server.stop());

const one = (text: string, idempotencyKey?: string): PendingAppend => ({ entries: [comment(text)], idempotencyKey });
const gift = (id: string) => entryOf({ gift: { user: { id, name: 'n' }, giftId: 'rose', name: 'Rose', count: 1, value: 1 } });

async function refsOf(store: RoomStore, appends: readonly PendingAppend[]): Promise<(readonly string[])[]> {
  return (await store.append('r', appends)).map((answer) => accepted(answer).refs);
}

test('one call stores many appends, and publishes one message of them all, byte for byte as it is read', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const listener = server.client();
  const heard: Buffer[] = [];
  listener.on('messageBuffer', (_: Buffer, payload: Buffer) => heard.push(payload));
  await listener.subscribe(`${prefix}{r}`);
  await store.append('r', [one('before')]);
  const [a, n, b] = [comment('a'), notice('n'), comment('b')];
  const enter = { lane: 'ambient', enter: { id: 'u', name: '火箭 🚀' } } as const;
  await store.append('r', [{ entries: [a, n] }, { entries: [{ lane: 'ambient', likes: 3 }, enter, b, { lane: 'ambient', likes: 4 }] }]);
  await listener.ping();
  const { epoch, chat } = await store.read('r');
  const at = chat.events[1]?.at ?? 0;
  const member = (offset: number, entry: typeof a) => memberBytes({ offset, at }, 'body' in entry ? entry.body : new Uint8Array());
  const expected = newsBytes({
    epoch,
    from: { priority: 0, chat: 1 },
    likes: { count: 7, total: 7 },
    enters: [enter.enter],
    priority: [member(1, n)],
    chat: [member(2, a), member(3, b)],
  });
  expect(heard.map((payload) => payload.toString('hex'))).toEqual([expect.any(String), expected.toString('hex')]);
});

test('a message is published for what is stored alone: a replay and a mismatch are silent', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  await store.append('r', [one('a', 'k')]);
  const listener = server.client();
  const heard: unknown[] = [];
  listener.on('messageBuffer', (_: Buffer, payload: Buffer) => heard.push(payload));
  await listener.subscribe(`${prefix}{r}`);
  await store.append('r', [one('a', 'k'), one('b', 'k')]);
  await listener.ping();
  expect(heard).toEqual([]);
});

test('bodies of any bytes come back as they were', async () => {
  const { store } = await openStore({ url: server.url }, { historySize: 256 });
  const bodies = [
    Buffer.alloc(0),
    Buffer.from('\r\n$-1\r\n*0\r\n'),
    Buffer.from('return redis.call("FLUSHALL") ]] --'),
    Buffer.from([0, 0xff, 0, 0xfe, 0xc0, 0x80]),
    Buffer.alloc(4000, 0xff),
    ...numbers(1, 50).map((length) => randomBytes(length * 20)),
  ];
  await store.append(
    'r',
    bodies.map((body) => ({ entries: [{ lane: 'chat', body }] })),
  );
  const { chat } = await store.read('r');
  const stampBytes = chat.events[0]?.protobuf.length ?? 0; // the first body is empty, and all offsets are of one byte
  expect(chat.events.map(({ protobuf }) => Buffer.from(protobuf).subarray(stampBytes).toString('hex'))).toEqual(
    bodies.map((body) => body.toString('hex')),
  );
});

test('rooms and keys of any name are apart', async () => {
  const { store } = await openStore({ url: server.url });
  const keys = ['k', 'k ', ' k', 'k\n', '}', '{r}', 'k}:meta', '火', '\0', 'x'.repeat(255)];
  const answers = await store.append(
    'r',
    keys.map((key, index) => one(`${index}`, key)),
  );
  expect(answers.map((answer) => accepted(answer).refs[0])).toEqual(keys.map((_, index) => `c${index + 1}`));
  expect((await store.append('r', [one('3', 'k\n')])).map(accepted)).toMatchObject([{ refs: ['c4'], isReplay: true }]);
});

test('appends of 100 entries with keys: all are stored, in order, and replayed by another process after a restart of this one', async () => {
  const { prefix, store } = await openStore({ url: server.url }, { historySize: 1000 });
  const hundred = (from: number): PendingAppend => ({
    entries: numbers(from, from + 99).map((n) => (n % 2 ? comment(`${n}`) : notice(`${n}`))),
    idempotencyKey: `k${from}`,
  });
  const appends = [1, 101, 201, 301, 401].map(hundred);
  const receipts = (await store.append('r', appends)).map(accepted);
  expect(receipts.flatMap(({ refs }) => refs)).toEqual(numbers(1, 500).map((n) => (n % 2 ? `c${(n + 1) / 2}` : `p${n / 2}`)));
  const other = await openStore({ url: server.url }, { prefix, historySize: 1000 });
  const replays = (await other.store.append('r', appends)).map(accepted);
  expect(replays).toEqual(receipts.map((receipt) => ({ ...receipt, isReplay: true })));
  expect((await other.store.read('r')).chat.to).toBe(250);
});

test('scripts that Redis has forgotten are sent again, in every kind of call', async () => {
  const { store } = await openStore({ url: server.url });
  const calls = [
    () => store.append('r', [one('a')]),
    () => store.read('r'),
    () => store.heads(numbers(1, 50).map((n) => (n === 25 ? 'r' : `none-${n}`))),
    () => store.fence('r', { epoch: 'other', priority: 0, chat: 0 }),
  ];
  for (const call of calls) {
    await call();
    await redis.script('FLUSH');
    await call();
  }
  expect(await refsOf(store, [one('c')])).toEqual([['c3']]);
});

test('one script call does it all: nothing else is sent', async () => {
  const { store } = await openStore({ url: server.url });
  await store.append('r', [one('a')]);
  await redis.config('RESETSTAT');
  await store.append('r', [one('b', 'k'), { entries: [notice('n')] }]);
  const sent = await redis.info('commandstats');
  expect(/^cmdstat_evalsha:calls=(\d+)/m.exec(sent)?.[1]).toBe('1');
  expect(sent).not.toMatch(/cmdstat_(eval:|multi|exec|script)/);
});

test('heads() tells where rooms end, and brings no room into being', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const [{ epoch } = { epoch: '' }] = (await store.append('r', [one('a'), { entries: [notice('n')] }])).map(accepted);
  expect(await store.heads(['none', 'r', 'other'])).toEqual([undefined, { epoch, priority: 1, chat: 1 }, undefined]);
  expect(await redis.exists(`${prefix}{none}:meta`)).toBe(0);
  expect(await store.heads([])).toEqual([]);
});

test('a room whose logs fell behind what was seen begins a new epoch: its events stay, and its offsets go on', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const [first] = (await store.append('r', [one('a'), one('b'), { entries: [notice('n')] }])).map(accepted);
  const meta = await redis.get(`${prefix}{r}:meta`);
  await store.append('r', [one('lost'), { entries: [notice('lost')] }]);
  // As after a failover to a replica that did not have the last call.
  await redis.set(`${prefix}{r}:meta`, meta ?? '');
  await redis.zremrangebyscore(`${prefix}{r}:chat`, 3, 3);
  await redis.zremrangebyscore(`${prefix}{r}:priority`, 2, 2);
  const other = await openStore({ url: server.url }, { prefix });
  expect(accepted((await other.store.append('r', [{ entries: [{ lane: 'ambient', likes: 1 }] }]))[0] as never)).toMatchObject({
    epoch: first?.epoch,
  });
  const listener = server.client();
  const heard: Buffer[] = [];
  listener.on('messageBuffer', (_: Buffer, payload: Buffer) => heard.push(payload));
  await listener.subscribe(`${prefix}{r}`);
  const [after] = (await store.append('r', [one('c')])).map(accepted);
  expect(after?.refs).toEqual(['c3']);
  expect(after?.epoch).not.toBe(first?.epoch);
  await listener.ping();
  expect(heard.map(decodeNews)).toMatchObject([{ epoch: after?.epoch, from: { priority: 1, chat: 2 }, to: { priority: 1, chat: 3 } }]);
  expect(await store.read('r')).toMatchObject({ epoch: after?.epoch, chat: { from: 0, to: 3 }, priority: { from: 0, to: 1 } });
});

test.each(['heads', 'read', 'fence'] as const)('%s() finds a room that fell behind as well, and tells those who follow', async (how) => {
  const { prefix, store } = await openStore({ url: server.url });
  const [first] = (await store.append('r', [one('a')])).map(accepted);
  const behind = { epoch: first?.epoch ?? '', priority: 0, chat: 5 };
  const listener = server.client();
  const heard: Buffer[] = [];
  listener.on('messageBuffer', (_: Buffer, payload: Buffer) => heard.push(payload));
  await listener.subscribe(`${prefix}{r}`);
  const other = await openStore({ url: server.url }, { prefix, seen: () => [behind] });
  if (how === 'fence') await store.fence('r', behind);
  else if (how === 'heads') await other.store.heads(['r']);
  else await other.store.read('r');
  await listener.ping();
  const [head] = await store.heads(['r']);
  expect(head).toMatchObject({ priority: 0, chat: 1 });
  expect(head?.epoch).not.toBe(first?.epoch);
  expect(heard.map(decodeNews)).toMatchObject([{ epoch: head?.epoch, from: { priority: 0, chat: 1 }, to: { priority: 0, chat: 1 } }]);
});

test('heads of another epoch, and of the same that is not ahead, begin nothing', async () => {
  const { store } = await openStore({ url: server.url });
  const [{ epoch } = { epoch: '' }] = (await store.append('r', [one('a')])).map(accepted);
  for (const head of [
    { epoch, priority: 0, chat: 1 },
    { epoch: 'other', priority: 9, chat: 9 },
  ]) {
    await store.fence('r', head);
  }
  await store.fence('gone', { epoch, priority: 9, chat: 9 });
  expect(await store.heads(['r', 'gone'])).toEqual([{ epoch, priority: 0, chat: 1 }, undefined]);
});

test('a wiped Redis begins a new epoch, whatever this process has seen', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const [first] = (await store.append('r', [one('a', 'k')])).map(accepted);
  await redis.del(...(await redis.keys(`${prefix}*`)));
  const [after] = (await store.append('r', [one('a', 'k')])).map(accepted);
  expect(after).toEqual({ epoch: expect.not.stringMatching(first?.epoch ?? ''), refs: ['c1'] });
});

test('a room whose meta has gone begins without anything of its former life', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  await store.append('r', [one('a', 'k'), { entries: [notice('n'), gift('u'), { lane: 'ambient', likes: 9 }] }]);
  await redis.del(`${prefix}{r}:meta`);
  expect(await store.read('r')).toMatchObject({ chat: { to: 0, events: [] }, priority: { to: 0, events: [] }, likes: 0 });
  expect(await redis.keys(`${prefix}*`)).toEqual([`${prefix}{r}:meta`]);
});

test('every key of a room expires, and none before its meta', async () => {
  const { prefix, store } = await openStore({ url: server.url }, { roomIdleMs: 20_000, idempotencyTtlMs: 600_000, comboMs: 600_000 });
  await store.append('r', [one('a', 'k'), { entries: [notice('n'), gift('u')] }]);
  const keys = (await redis.keys(`${prefix}*`)).map((key) => key.slice(prefix.length)).sort();
  expect(keys).toEqual(['chat', 'combos', 'combos:times', 'meta', 'priority', 'receipts', 'receipts:times'].map((key) => `{r}:${key}`));
  for (let rounds = 0; rounds < 20; rounds++) {
    await age(redis, 15_000);
    await store.heads(['r']);
    const left = await Promise.all(['meta', 'chat', 'priority'].map((key) => redis.pttl(`${prefix}{r}:${key}`)));
    const [meta = 0, ...logs] = left;
    expect(meta).toBeGreaterThan(15_000);
    for (const log of logs) expect(log).toBeGreaterThanOrEqual(meta);
  }
  for (let rounds = 0; rounds < 60; rounds++) await age(redis, 15_000);
  expect(await redis.keys(`${prefix}*`)).toEqual([]);
});

test('a room in which nothing was ever said is kept for half a minute at the most', async () => {
  const { prefix, store } = await openStore({ url: server.url }, { roomIdleMs: 600_000 });
  await store.read('r');
  expect(await redis.pttl(`${prefix}{r}:meta`)).toBeLessThanOrEqual(30_000);
  await store.append('r', [{ entries: [{ lane: 'ambient', likes: 1 }] }]);
  expect(await redis.pttl(`${prefix}{r}:meta`)).toBeGreaterThan(30_000);
});

test('a log holds at most an eighth more than it answers', async () => {
  const { prefix, store } = await openStore({ url: server.url }, { historySize: 64 });
  for (let call = 0; call < 60; call++) {
    await store.append(
      'r',
      numbers(1, 5)
        .map(String)
        .map((text) => one(text)),
    );
    expect(await redis.zcard(`${prefix}{r}:chat`)).toBeLessThanOrEqual(72);
    const { chat } = await store.read('r');
    const to = (call + 1) * 5;
    expect(offsetsOf(chat.events)).toEqual(numbers(Math.max(1, to - 63), to));
  }
});

test('a hole in a log is told by where its range begins', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const [{ epoch } = { epoch: '' }] = (
    await store.append(
      'r',
      numbers(1, 9)
        .map(String)
        .map((text) => one(text)),
    )
  ).map(accepted);
  await redis.zremrangebyscore(`${prefix}{r}:chat`, 1, 5);
  for (const chat of [0, 3, 4]) expect((await store.read('r', { epoch, priority: 0, chat })).chat).toMatchObject({ from: 5, to: 9 });
  expect((await store.read('r', { epoch, priority: 0, chat: 6 })).chat).toMatchObject({ from: 6, to: 9 });
  await redis.del(`${prefix}{r}:chat`);
  expect((await store.read('r', { epoch, priority: 0, chat: 4 })).chat).toEqual({ from: 9, to: 9, events: [] });
});

test('of what a retract names only the offset is left in Redis, under a key that goes on to expire', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const superchat = entryOf({ superchat: { user: ANN, text: 'abusive', value: 5, pinMs: 1 } });
  await store.append('r', [{ entries: [comment('abusive'), superchat, notice('kept')] }]);
  await store.append('r', [{ entries: [entryOf({ retract: { refs: ['c1', 'p1', 'c1'] } })] }]);
  const held = async (lane: string) =>
    (await redis.zrangeBuffer(`${prefix}{r}:${lane}`, '0', '-1')).map((member) => member.toString('latin1'));
  expect(await held('chat')).toEqual(['\0\0\0\0\0\0\0\u0001']);
  expect((await held('priority'))[0]).toBe('\0\0\0\0\0\0\0\u0001');
  expect((await held('priority')).map((member) => member.length > 8)).toEqual([false, true, true]);
  expect(`${await held('chat')} ${await held('priority')}`).not.toContain('abusive');
  expect(await redis.zscore(`${prefix}{r}:chat`, Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]))).toBe('1');
  expect(await redis.pttl(`${prefix}{r}:chat`)).toBeGreaterThan(0);
});

test('as many refs as one call carries are taken back within it, whatever they name', async () => {
  const { store } = await openStore({ url: server.url }, { historySize: 256 });
  await store.append(
    'r',
    numbers(1, 300).map((n) => one(`${n}`)),
  );
  const far = (n: number) => entryOf({ retract: { refs: numbers(1, 100).map((m) => `c${n * 100 + m}`) } });
  await store.append('r', [{ entries: numbers(0, 99).map(far) }]);
  expect((await store.read('r')).chat).toEqual({ from: 44, to: 300, events: [] });
});

test('as many idempotency keys as the bound are remembered, and the oldest are forgotten for the newest', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const keyOf = (n: number) => `${n}`.padStart(6, '0'); // those of one moment go in the order of their names
  const keys = (from: number, to: number) => numbers(from, to).map((n) => one('a', keyOf(n)));
  const evicted = await added('receiptsEvicted', async () => {
    for (let from = 1; from <= MAX_RECEIPTS; from += 500) await store.append('r', keys(from, from + 499));
  });
  expect(evicted).toBe(0);
  expect(await added('receiptsEvicted', async () => void (await store.append('r', keys(MAX_RECEIPTS + 1, MAX_RECEIPTS + 3))))).toBe(3);
  expect(await redis.hlen(`${prefix}{r}:receipts`)).toBe(MAX_RECEIPTS);
  const answers = (await store.append('r', [one('a', keyOf(4)), one('a', keyOf(3))])).map(accepted);
  expect(answers.map(({ isReplay }) => isReplay ?? false)).toEqual([true, false]);
});

test('as many combos as the bound go on, and the one that was silent for longest begins anew', async () => {
  const { prefix, store } = await openStore({ url: server.url }, { comboMs: 600_000 });
  for (let from = 1; from <= MAX_COMBOS; from += 500) {
    await store.append('r', [{ entries: numbers(from, from + 499).map((n) => gift(`u${n}`)) }]);
    await age(redis, 1);
  }
  await store.append('r', [{ entries: numbers(1, 400).map((n) => gift(`new${n}`)) }]);
  expect(await redis.hlen(`${prefix}{r}:combos`)).toBe(MAX_COMBOS);
  expect(await redis.zcard(`${prefix}{r}:combos:times`)).toBe(MAX_COMBOS);
  expect(await redis.hexists(`${prefix}{r}:combos`, `u${MAX_COMBOS}\nrose`)).toBe(1);
});

test('where Redis is out of memory an append fails whole, and what is kept can be read', async () => {
  const full = await RedisServer.start();
  const { prefix, store } = await openStore({ url: full.url });
  const [{ epoch } = { epoch: '' }] = (await store.append('r', [one('a')])).map(accepted);
  const admin = full.client();
  await admin.config('SET', 'maxmemory', '1mb');
  await expect(store.append('r', [one('b', 'k'), { entries: [notice('n')] }])).rejects.toThrow('OOM');
  expect(await store.read('r')).toMatchObject({ epoch, chat: { to: 1 }, priority: { to: 0 } });
  expect(await store.heads(['r'])).toEqual([{ epoch, priority: 0, chat: 1 }]);
  expect(await admin.exists(`${prefix}{r}:receipts`, `${prefix}{r}:priority`)).toBe(0);
});

test("somebody else's value under a room's key is an error, and stays as it is", async () => {
  const { prefix, store } = await openStore({ url: server.url });
  await redis.set(`${prefix}{r}:meta`, 'mine');
  await expect(store.append('r', [one('a')])).rejects.toThrow('something else');
  await expect(store.read('r')).rejects.toThrow('something else');
  expect(await redis.get(`${prefix}{r}:meta`)).toBe('mine');
});

test('enters and settings of any text are handed on as they were', async () => {
  const { prefix, store } = await openStore({ url: server.url });
  const listener = server.client();
  const heard: Buffer[] = [];
  listener.on('messageBuffer', (_: Buffer, payload: Buffer) => heard.push(payload));
  await listener.subscribe(`${prefix}{r}`);
  const settings = { title: 'a "b" \\ {} 1 2 3\u2028 火 🚀', chatPerSecond: 7 };
  const { lane, body } = notice('the bytes of a state') as { lane: 'priority'; body: Uint8Array };
  await store.append('r', [
    {
      entries: [
        { lane, body, settings },
        { lane: 'ambient', enter: { ...ANN, badges: ['"', '\\n'] } },
      ],
    },
  ]);
  await listener.ping();
  expect(heard.map(decodeNews).map(({ news }) => [news.settings, news.enters])).toEqual([[settings, [{ ...ANN, badges: ['"', '\\n'] }]]]);
  expect((await store.read('r')).settings).toEqual(settings);
  expect((await store.read('r')).priority.events.map(bodyOf)).toEqual([{ notice: { text: 'the bytes of a state' } }]);
});
