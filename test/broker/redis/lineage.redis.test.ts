import { expect, onTestFinished, test } from 'vitest';
import { type Clock, systemClock } from '../../../src/clock.ts';
import { bodyOf } from '../../support/events.ts';
import { NewsRecorder } from '../../support/news-recorder.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice, numbers, textOf } from '../contract-fixture.ts';
import { redisBroker } from './redis-under-test.ts';
import { openStore } from './store-fixture.ts';

const one = (text: string) => ({ entries: [comment(text), notice(text)] });

/** A room with two events of each lane at a master whose replica has them, and the stores of two processes: one at each. */
async function startPair(options: { readonly masters: 'one' | 'changing' } = { masters: 'changing' }) {
  const master = await RedisServer.start();
  const replica = await RedisServer.start({ replicaOf: master });
  const admin = master.client();
  await until('the replica follows', async () => (await admin.info('replication')).includes('state=online'));
  const there = await openStore({ url: master.url }, options);
  const { prefix, store } = there;
  const [, last] = (await store.append('r', [one('a'), one('b')])).map(accepted);
  await until('the replica has it', async () => (await replica.ask((client) => client.zcard(`${prefix}{r}:chat`))) === 2);
  const promote = async () => {
    await replica.ask((client) => client.replicaof('NO', 'ONE'));
    return (await openStore({ url: replica.url }, { ...options, prefix })).store;
  };
  return { epoch: last?.epoch, master, replica, prefix, store, promote };
}

test('two masters that both store give no ref to two events, though neither process knows of the other', async () => {
  const { epoch, store, promote } = await startPair();
  const other = await promote();
  const [old] = (await store.append('r', [one('at the old')])).map(accepted);
  const [fresh] = (await other.append('r', [one('at the new')])).map(accepted);
  expect(old).toEqual({ epoch, refs: ['c3', 'p3'] });
  expect(fresh).toEqual({ epoch: expect.not.stringMatching(epoch ?? ''), refs: ['c3', 'p3'] });
  const { chat, ...room } = await other.read('r');
  expect([room.epoch, chat.events.map((event) => textOf(bodyOf(event)))]).toEqual([fresh?.epoch, ['a', 'b', 'at the new']]);
});

for (const [call, ask] of [
  ['append', async (store) => accepted((await store.append('r', [{ entries: [{ lane: 'ambient', likes: 1 }] }]))[0] as never)],
  ['read', (store) => store.read('r')],
  ['heads', async (store) => (await store.heads(['r']))[0]],
] as const satisfies readonly [string, (store: Awaited<ReturnType<typeof openStore>>['store']) => Promise<unknown>][]) {
  test(`the first ${call} at a new master begins a new epoch, once: its followers are told, events stay, and offsets go on`, async () => {
    const { epoch, replica, prefix, promote } = await startPair();
    const other = await promote();
    const listener = replica.client();
    const heard: Buffer[] = [];
    listener.on('messageBuffer', (_channel, payload: Buffer) => heard.push(payload));
    await listener.subscribe(`${prefix}{r}`);
    const begun = (await ask(other)) as { readonly epoch: string };
    expect(begun.epoch).not.toBe(epoch);
    await until('the channel tells', () => heard.some((payload) => payload.includes(begun.epoch)));
    const [next] = (await other.append('r', [one('c')])).map(accepted);
    expect(next).toEqual({ epoch: begun.epoch, refs: ['c3', 'p3'] });
    expect((await other.read('r')).priority.events.map((event) => textOf(bodyOf(event)))).toEqual(['a', 'b', 'c']);
  });
}

test('a room that no other master can get goes on with its epoch wherever it is read', async () => {
  const { epoch, promote } = await startPair({ masters: 'one' });
  expect((await (await promote()).read('r')).epoch).toBe(epoch);
});

test('a master that comes back after another was it begins a new epoch, though nobody called at the other', async () => {
  const { epoch, master, replica, prefix, store, promote } = await startPair();
  await promote();
  const [lost] = (await store.append('r', [one('lost')])).map(accepted);
  await master.ask((client) => client.replicaof('127.0.0.1', replica.port));
  await until('it is a replica', async () => (await master.ask((client) => client.info('replication'))).includes('master_link_status:up'));
  await master.ask((client) => client.replicaof('NO', 'ONE'));
  const again = await openStore({ url: master.url }, { masters: 'changing', prefix });
  const [next] = (await again.store.append('r', [one('c')])).map(accepted);
  expect([lost?.epoch, lost?.refs, next?.refs]).toEqual([epoch, ['c3', 'p3'], ['c3', 'p3']]);
  expect(next?.epoch).not.toBe(epoch);
});

test('a room of one life of data keeps its epoch over many calls', async () => {
  const { epoch, store } = await startPair();
  for (const n of numbers(1, 200)) await store.append('r', [one(`${n}`)]);
  expect((await store.read('r')).epoch).toBe(epoch);
});

/** On which nothing comes that waits for a second: no check of silent rooms, no probe. */
const impatient: Clock = {
  unixMs: () => systemClock.unixMs(),
  monotonicMs: () => systemClock.monotonicMs(),
  soon: (callback) => systemClock.soon(callback),
  after: (delayMs, callback) => (delayMs < 1000 ? systemClock.after(delayMs, callback) : () => undefined),
};

test('commands that have come back, perhaps to another master, begin with a look at all followed rooms', async () => {
  const server = await RedisServer.start();
  const admin = server.client();
  const broker = redisBroker({ url: server.url, prefix: 'b:', clock: impatient });
  const recorder = new NewsRecorder();
  await broker.start(recorder);
  onTestFinished(() => broker.stop());
  for (const room of ['r', 's']) {
    await broker.follow(room);
    accepted(await broker.append(room, [comment('a')]));
  }
  // As at a master that has nothing of it. The connection that listens stays.
  await admin.del('b:{r}:meta', 'b:{s}:meta');
  const [, id = ''] = /^id=(\d+) .*name=barrage:commands /m.exec(String(await admin.client('LIST'))) ?? [];
  await admin.client('KILL', 'ID', id);
  await until('both rooms are told anew', () => recorder.resets.length === 2);
  expect(recorder.resets.map(({ room }) => room).sort()).toEqual(['r', 's']);
});
