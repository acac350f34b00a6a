import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { bodyOf } from '../../support/events.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { NewsRecorder } from '../../support/news-recorder.ts';
import { RedisSentinels } from '../../support/redis-sentinels.ts';
import { until } from '../../support/until.ts';
import { accepted, comment, notice, numbers, textOf } from '../contract-fixture.ts';
import { describeDistributing } from '../distributing-contract.ts';
import { describeStoring } from '../storing-contract.ts';
import { redisBroker, underTest } from './redis-under-test.ts';

let all: RedisSentinels;
beforeAll(async () => {
  all = await RedisSentinels.start();
}, 60_000);
afterAll(() => all.stop());

const sentinels = () => ({
  sentinelNodes: all.sentinels.map(({ port }) => ({ host: '127.0.0.1', port })),
  sentinelName: all.name,
});

for (const describePart of [describeStoring, describeDistributing]) {
  describePart('RedisBroker behind Sentinels', async (options) => {
    const clock = new JumpingClock();
    const broker = redisBroker({ ...options, ...sentinels(), clock });
    return underTest(broker, { clock, servers: [(await all.master()).client()] });
  });
}

test('a failover takes no acknowledged event of priority with it, and both processes go on at the new master', async () => {
  const prefix = 'failover:';
  const make = async () => {
    const broker = redisBroker({ ...sentinels(), clock: systemClock, prefix, historySize: 10_000 });
    const recorder = new NewsRecorder();
    await broker.start(recorder);
    await broker.follow('r');
    return { broker, recorder };
  };
  const [here, there] = [await make(), await make()];
  let sent = 0;
  let isOver = false;
  const sending = (async () => {
    while (!isOver) {
      const n = sent + 1;
      await until('acknowledged', async () => {
        const stored = await here.broker.append('r', [notice(`${n}`), comment(`${n}`)], { idempotencyKey: `${n}` });
        accepted(stored);
        return true;
      });
      sent = n;
    }
  })();
  await until('some are acknowledged', () => sent >= 20);
  const before = await all.master();
  await before.kill();
  const atKill = sent;
  await until('the new master takes gifts', () => sent >= atKill + 20);
  isOver = true;
  await sending;
  expect((await all.master()).port).not.toBe(before.port);
  await until('the other process is back as well', () => there.broker.isReady());
  const { epoch, priority } = accepted(await there.broker.read('r'));
  expect(priority.events.map((event) => textOf(bodyOf(event)))).toEqual(numbers(1, sent).map(String));
  // Who follows has them all as well: handed out one by one, or in a reset of the room.
  for (const { recorder } of [here, there]) {
    const told = () => {
      const resets = recorder.resets.filter(({ snapshot }) => snapshot.epoch === epoch).flatMap(({ snapshot }) => snapshot.priority.events);
      const news = recorder.calls.filter((call) => call.epoch === epoch).flatMap((call) => call.news.priority);
      return new Set([...resets, ...news].map((event) => textOf(bodyOf(event))));
    };
    await until('all has been told', () => numbers(1, sent).every((n) => told().has(`${n}`)));
  }
  for (const { broker } of [here, there]) await broker.stop();
}, 60_000);
