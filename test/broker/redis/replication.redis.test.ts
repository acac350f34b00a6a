import { expect, test } from 'vitest';
import { Replicas } from '../../../src/broker/redis/replicas.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice } from '../contract-fixture.ts';
import { openStore } from './store-fixture.ts';

/** A master with one replica that follows it. */
async function startPair() {
  const master = await RedisServer.start();
  const replica = await RedisServer.start({ replicaOf: master });
  const admin = master.client();
  await until('the replica follows', async () => (await admin.info('replication')).includes('state=online'));
  return { master, replica };
}

test('a priority event is acknowledged once a replica has it', async () => {
  const { master, replica } = await startPair();
  const { prefix, store } = await openStore({ url: master.url }, { replicas: new Replicas({ wanted: 1, rule: 'must' }) });
  const copy = replica.client();
  for (let n = 1; n <= 50; n++) {
    const [answer] = await store.append('r', [{ entries: [notice(`${n}`), comment('c')] }]);
    expect(answer).toMatchObject({ ok: true });
    expect(await copy.zcard(`${prefix}{r}:priority`)).toBe(n);
  }
});

test('a priority event that no replica has in time is refused; comments of the same call are not, and do not wait alone', async () => {
  const { master, replica } = await startPair();
  const { store } = await openStore({ url: master.url }, { replicas: new Replicas({ wanted: 1, rule: 'must' }) });
  accepted((await store.append('r', [{ entries: [notice('a')] }]))[0] ?? { ok: false, refusal: {} as never });
  replica.pause();
  const [gift, chat, replayed] = await store.append('r', [
    { entries: [notice('b')], idempotencyKey: 'k' },
    { entries: [comment('c')] },
    { entries: [{ lane: 'ambient', likes: 1 }, notice('d')], idempotencyKey: 'l' },
  ]);
  expect(gift).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable', temporary: true, retryAfterMs: 1000 } });
  expect(chat).toMatchObject({ ok: true, value: { refs: ['c1'] } });
  expect(replayed).toMatchObject({ ok: false });
  // Nothing to wait for: an answer comes although the replica stands still.
  expect(await store.append('r', [{ entries: [comment('e')] }])).toMatchObject([{ ok: true }]);
  // A repetition is not acknowledged sooner than the first.
  expect(await store.append('r', [{ entries: [notice('b')], idempotencyKey: 'k' }])).toMatchObject([{ ok: false }]);
  replica.resume();
  const again = await store.append('r', [{ entries: [notice('b')], idempotencyKey: 'k' }]);
  expect(again).toMatchObject([{ ok: true, value: { refs: ['p2'], isReplay: true } }]);
});

test('a replica that became the master acknowledges alone, unless replicas must have it; the old master, which had one, does not', async () => {
  const { master, replica } = await startPair();
  const open = (url: string, rule: 'must' | 'as-seen') => openStore({ url }, { replicas: new Replicas({ wanted: 1, rule }) });
  const old = await open(master.url, 'as-seen');
  const gift = { entries: [notice('a')] };
  expect(await old.store.append('r', [gift])).toMatchObject([{ ok: true }]);
  await replica.ask((client) => client.replicaof('NO', 'ONE'));
  const admin = master.client();
  await until('the replica is missed', async () => (await admin.info('replication')).includes('connected_slaves:0'));
  const refused = { ok: false, refusal: { code: 'broker_unavailable' } };
  expect(await old.store.append('r', [gift])).toMatchObject([refused]);
  expect(await (await open(replica.url, 'as-seen')).store.append('r', [gift])).toMatchObject([{ ok: true }]);
  expect(await (await open(replica.url, 'must')).store.append('r', [gift])).toMatchObject([refused]);
});

test('a replica that was only seen is missed as well once it is gone: no gift is acknowledged', async () => {
  const { master, replica } = await startPair();
  const replicas = new Replicas({ wanted: 1, rule: 'as-seen' });
  const { clients, store } = await openStore({ url: master.url }, { replicas });
  expect(await clients.replication()).toEqual([{ id: expect.stringMatching(/^[0-9a-f]{40}$/), connected: 1 }]);
  for (const seen of await clients.replication()) replicas.saw(seen);
  await replica.kill();
  const admin = master.client();
  await until('the replica is missed', async () => (await admin.info('replication')).includes('connected_slaves:0'));
  expect(await store.append('r', [{ entries: [notice('a')] }])).toMatchObject([{ ok: false }]);
});

test('scripts that Redis has forgotten are sent again where replicas are waited for', async () => {
  const { master } = await startPair();
  const { store } = await openStore({ url: master.url }, { replicas: new Replicas({ wanted: 1, rule: 'must' }) });
  for (const ref of ['p1', 'p2']) {
    await master.ask((client) => client.script('FLUSH'));
    expect(await store.append('r', [{ entries: [notice('a')] }])).toMatchObject([{ ok: true, value: { refs: [ref] } }]);
  }
});

test('a server that takes no writes any more is left: the next connection may be to the new master', async () => {
  const { master, replica } = await startPair();
  const { clients, store } = await openStore({ url: master.url });
  await store.append('r', [{ entries: [comment('a')] }]);
  const admin = master.client();
  const connection = async () => /^id=(\d+) .* name=barrage:commands /m.exec(String(await admin.client('LIST')))?.[1];
  const before = await connection();
  await admin.replicaof('127.0.0.1', replica.port);
  await expect(store.append('r', [{ entries: [comment('b')] }])).rejects.toThrow('READONLY');
  await until('there is another connection', async () => clients.isUp && ![before, undefined].includes(await connection()));
});
