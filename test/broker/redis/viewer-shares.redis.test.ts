import { expect, onTestFinished, test } from 'vitest';
import { RedisCalls } from '../../../src/broker/redis/redis-calls.ts';
import { ViewerShares, type ViewerSharesOptions } from '../../../src/broker/redis/viewer-shares.ts';
import { systemClock } from '../../../src/clock.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { metrics } from '../../support/metrics.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { numbers } from '../contract-fixture.ts';

function join(server: RedisServer, process: string, options: Partial<ViewerSharesOptions> = {}) {
  const elsewhere = new Map<string, number>();
  const shares = new ViewerShares({
    clients: { commands: server.client(), cluster: undefined },
    calls: new RedisCalls({ clock: systemClock, metrics }),
    clock: systemClock,
    prefix: 't:',
    process,
    onElsewhere: (room, viewers) => void elsewhere.set(room, viewers),
    everyMs: 20,
    refreshMs: 60,
    lifeMs: 400,
    ...options,
  });
  onTestFinished(() => shares.stop());
  return { shares, elsewhere };
}

test('each process is told how many viewers all others have, all together', async () => {
  const server = await RedisServer.start();
  const processes = ['a', 'b', 'c'].map((name) => join(server, name));
  for (const [index, { shares }] of processes.entries()) {
    shares.announce('r', 10 ** index);
    shares.announce(`own${index}`, 5);
  }
  await until('all are told', () => `${processes.map(({ elsewhere }) => elsewhere.get('r'))}` === '110,101,11');
  processes[1]?.shares.announce('r', 0);
  await until('the change is told', () => `${processes.map(({ elsewhere }) => elsewhere.get('r'))}` === '100,101,1');
  expect(processes.flatMap(({ elsewhere }) => [...elsewhere.keys()]).filter((room) => room !== 'r')).toEqual([]);
});

test('a process keeps its share without a word from its viewers', async () => {
  const server = await RedisServer.start();
  const { shares } = join(server, 'a', { lifeMs: 60_000 });
  shares.announce('r', 3);
  const watch = server.client();
  const seen = new Set<string | null>();
  await until('it is renewed, several times', async () => seen.add(await watch.hget('t:{r}:viewers', 'a')).size > 5);
  expect([...seen].filter((share) => share !== null && !/^3 \d+$/.test(share))).toEqual([]);
});

test('the share of a process that has died expires', async () => {
  const server = await RedisServer.start();
  // It tells its share once, and never again.
  const dead = join(server, 'dead', { refreshMs: 60_000 });
  const alive = join(server, 'alive', { lifeMs: 60_000 });
  dead.shares.announce('r', 7);
  alive.shares.announce('r', 1);
  await until('it is told', () => alive.elsewhere.get('r') === 7);
  await until('it has expired', () => alive.elsewhere.get('r') === 0);
  expect(await server.client().hkeys('t:{r}:viewers')).toEqual(['alive']);
});

test('a room that nobody follows any more leaves no key, nor does a process that stops', async () => {
  const server = await RedisServer.start();
  const a = join(server, 'a', { lifeMs: 600_000 });
  const b = join(server, 'b', { lifeMs: 600_000 });
  for (const { shares } of [a, b]) for (const room of ['r', 's']) shares.announce(room, 2);
  await until('all are told', () => a.elsewhere.get('s') === 2 && b.elsewhere.get('r') === 2);
  b.shares.drop('r');
  await until('it has left', () => a.elsewhere.get('r') === 0);
  await b.shares.stop();
  await a.shares.stop();
  expect(await server.client().keys('*')).toEqual([]);
});

test('a process that stops while its first word is on its way leaves no share behind', async () => {
  const server = await RedisServer.start();
  const clock = new JumpingClock();
  const { shares } = join(server, 'a', { clock, everyMs: 60_000, lifeMs: 600_000 });
  shares.announce('r', 2);
  clock.jump(60_000);
  await shares.stop();
  await until('the word has come', async () => (await server.ask((client) => client.info('commandstats'))).includes('cmdstat_hset'));
  expect(await server.client().keys('*')).toEqual([]);
});

test('what could not be told while Redis was away is told afterwards', { timeout: 30_000 }, async () => {
  const server = await RedisServer.start();
  const a = join(server, 'a');
  const b = join(server, 'b');
  for (const { shares } of [a, b]) shares.announce('r', 1);
  await until('it is told', () => a.elsewhere.get('r') === 1);
  await server.kill();
  b.shares.announce('r', 5);
  await server.restart();
  await until('it is told', () => a.elsewhere.get('r') === 5 && b.elsewhere.get('r') === 1);
});

test('rooms whose number stays the same cost one call of the script for each refresh, by the hundred', async () => {
  const server = await RedisServer.start();
  const { shares } = join(server, 'a', { refreshMs: 60_000, lifeMs: 600_000 });
  const watch = server.client();
  const calls = async () => Number(/cmdstat_evalsha:calls=(\d+)/.exec(await watch.info('commandstats'))?.[1] ?? 0);
  for (const n of numbers(1, 2000)) shares.announce(`r${n}`, n);
  await until('all are told', async () => (await watch.dbsize()) === 2000);
  await until('the turn is over', async () => (await calls()) >= 2000);
  const before = await calls();
  for (const n of numbers(1, 2000)) shares.announce(`r${n}`, n === 7 ? 8 : n);
  await until('the change is told', async () => (await watch.hget('t:{r7}:viewers', 'a'))?.startsWith('8 ') === true);
  expect((await calls()) - before).toBe(1);
});
