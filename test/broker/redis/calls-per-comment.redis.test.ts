import { afterAll, beforeAll, expect, test } from 'vitest';
import { AppendQueue } from '../../../src/broker/redis/append-queue.ts';
import type { AppendAnswer, PendingAppend } from '../../../src/broker/redis/room-store.ts';
import type { SharedCounts } from '../../../src/broker/shared-counts.ts';
import { sharedStore } from '../../../src/limits/limiter-store.ts';
import { RateLimit } from '../../../src/limits/rate-limit.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { metrics } from '../../support/metrics.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { accepted, comment, numbers } from '../contract-fixture.ts';
import { redisCounts } from './counts-fixture.ts';
import { openStore } from './store-fixture.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

/** What Redis has done since the last reset, the commands within scripts among it. */
async function callsByCommand(): Promise<Map<string, number>> {
  const stats = await server.ask((client) => client.info('commandstats'));
  const found = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)].map(([, name = '', calls]) => [name, Number(calls)] as const);
  // The asking itself: a connection, and the count.
  return new Map(found.filter(([name]) => !/^(info|hello|client\|.*|config\|.*)$/.test(name)));
}

test('at 1,000 comments a second into one room Redis does less than a tenth of a command for each, those within scripts counted', async () => {
  const { store } = await openStore({ url: server.url }, { historySize: 256 });
  const clock = new ManualClock();
  let isAnswered: Promise<unknown> = Promise.resolve();
  const watched = {
    append(room: string, appends: readonly PendingAppend[]): Promise<AppendAnswer[]> {
      const answers = store.append(room, appends);
      isAnswered = answers;
      return answers;
    },
  };
  const queue = new AppendQueue({ store: watched, clock, metrics, random: Math.random });
  await store.append('r', [{ entries: [comment('the script is known, and the room')] }]);
  await server.ask((client) => client.config('RESETSTAT'));
  const answers: Promise<AppendAnswer>[] = [];
  // Two seconds of a comment each millisecond; Redis answers within each of them.
  for (let ms = 0; ms < 2000; ms++) {
    answers.push(queue.append('r', { entries: [comment(`${ms}`)] }));
    clock.turnUntilQuiet();
    await isAnswered;
    clock.advance(1);
  }
  clock.advance(1000);
  const refs = (await Promise.all(answers)).flatMap((answer) => accepted(answer).refs);
  expect(refs).toEqual(numbers(2, 2001).map((n) => `c${n}`));
  const calls = await callsByCommand();
  const all = [...calls.values()].reduce((sum, count) => sum + count, 0);
  expect(calls.get('evalsha')).toBeLessThan(30);
  expect(all / 2000, JSON.stringify([...calls])).toBeLessThan(0.1);
});

test('so it is with limits, where 1,000 viewers say it', async () => {
  const { store } = await openStore({ url: server.url }, { historySize: 256 });
  const shared = await redisCounts({ url: server.url });
  const clock = new ManualClock();
  const answers: Promise<unknown>[] = [];
  const noted = <T>(answer: Promise<T>): Promise<T> => {
    answers.push(answer);
    return answer;
  };
  const queue = new AppendQueue({ store: { append: (...of) => noted(store.append(...of)) }, clock, metrics, random: Math.random });
  const counts: SharedCounts = { start: () => undefined, stop: () => undefined, add: (...of) => noted(shared.add(...of)) };
  const limiter = sharedStore({ counts, clock, metrics })('comments', { count: 5, seconds: 5 });
  const limit = new RateLimit({ name: 'comments', limiter, metrics });
  await store.append('r', [{ entries: [comment('the script is known, and the room')] }]);
  await server.ask((client) => client.config('RESETSTAT'));
  for (let ms = 0; ms < 4000; ms++) {
    expect((await limit.take(`u${ms % 1000}`)).ok).toBe(true);
    void queue.append('r', { entries: [comment(`${ms}`)] });
    clock.turnUntilQuiet();
    await Promise.all(answers);
    clock.advance(1);
  }
  clock.advance(1000);
  await Promise.all(answers);
  const calls = await callsByCommand();
  const all = [...calls.values()].reduce((sum, count) => sum + count, 0);
  expect(calls.get('hset')).toBeGreaterThan(2);
  expect(all / 4000, JSON.stringify([...calls])).toBeLessThan(0.1);
});

test('100 appends of one turn are one call', async () => {
  const { store } = await openStore({ url: server.url });
  const clock = new ManualClock();
  const queue = new AppendQueue({ store, clock, metrics, random: Math.random });
  await store.append('r', [{ entries: [comment('the script is known')] }]);
  await server.ask((client) => client.config('RESETSTAT'));
  const answers = numbers(1, 100).map((n) => queue.append('r', { entries: [comment(`${n}`)], idempotencyKey: `${n}` }));
  clock.turn();
  expect((await Promise.all(answers)).map((answer) => accepted(answer).refs[0])).toEqual(numbers(2, 101).map((n) => `c${n}`));
  expect((await callsByCommand()).get('evalsha')).toBe(1);
});
