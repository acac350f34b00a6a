import { afterAll, beforeAll, expect, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { bodyOf } from '../../support/events.ts';
import { JumpingClock } from '../../support/jumping-clock.ts';
import { NewsRecorder } from '../../support/news-recorder.ts';
import { RedisCluster } from '../../support/redis-cluster.ts';
import { until } from '../../support/until.ts';
import { describeBrokerContract } from '../broker-contract.ts';
import { accepted, comment, notice, numbers, textOf } from '../contract-fixture.ts';
import { redisBroker, underTest } from './redis-under-test.ts';

let cluster: RedisCluster;
beforeAll(async () => {
  cluster = await RedisCluster.start();
}, 60_000);
afterAll(() => cluster.stop());

const nodes = () => cluster.servers.map(({ port }) => ({ host: '127.0.0.1', port }));

describeBrokerContract('RedisBroker in a Cluster', async (options) => {
  const clock = new JumpingClock();
  const broker = redisBroker({ ...options, clusterNodes: nodes(), clock });
  return underTest(broker, { clock, servers: cluster.servers.slice(0, 3).map((server) => server.client()) });
});

test('what was on its way over a connection that broke is refused, and is not sent again', async () => {
  const broker = redisBroker({ clusterNodes: nodes(), clock: systemClock, prefix: 'broken:' });
  await broker.start(new NewsRecorder());
  accepted(await broker.append('r', [comment('a')]));
  const admin = (await cluster.masterOf('broken:{r}')).client();
  // Writes are held back by this node.
  await admin.call('CLIENT', 'PAUSE', '60000', 'WRITE');
  const answer = broker.append('r', [comment('b')]);
  await until('the call is there', async () => /name=barrage:commands .* flags=b /.test(String(await admin.client('LIST'))));
  await admin.call('CLIENT', 'KILL', 'TYPE', 'normal');
  expect(await answer).toMatchObject({ ok: false, refusal: { code: 'broker_unavailable' } });
  await admin.call('CLIENT', 'UNPAUSE');
  await until('the room can be read', async () => (await broker.read('r')).ok);
  expect(accepted(await broker.read('r')).chat.to).toBe(1);
  await broker.stop();
});

test('a master that dies takes no acknowledged event of priority with it, and its rooms go on at its replica', async () => {
  const broker = redisBroker({ clusterNodes: nodes(), clock: systemClock, prefix: 'kill:', historySize: 10_000 });
  const recorder = new NewsRecorder();
  await broker.start(recorder);
  const rooms = numbers(1, 12).map((n) => `room-${n}`);
  await Promise.all(rooms.map((room) => broker.follow(room)));
  const acknowledged = new Map<string, number>();
  let isOver = false;
  const send = async (room: string) => {
    for (let n = 1; !isOver || n <= 40; n++) {
      await until('acknowledged', async () => {
        const stored = await broker.append(room, [notice(`${n}`), comment(`${n}`)], { idempotencyKey: `${n}` });
        accepted(stored);
        return true;
      });
      acknowledged.set(room, n);
    }
  };
  const sending = Promise.all(rooms.map(send));
  await until('some are acknowledged', () => rooms.every((room) => (acknowledged.get(room) ?? 0) >= 10));
  const master = await cluster.masterOf('kill:{room-1}');
  await master.kill();
  await until('all rooms go on', () => rooms.every((room) => (acknowledged.get(room) ?? 0) >= 30));
  isOver = true;
  await sending;
  for (const room of rooms) {
    const { priority } = accepted(await broker.read(room));
    expect(priority.events.map((event) => textOf(bodyOf(event)))).toEqual(numbers(1, acknowledged.get(room) ?? 0).map(String));
  }
  await broker.stop();
}, 60_000);
