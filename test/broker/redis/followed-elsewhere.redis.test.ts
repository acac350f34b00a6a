import { expect, onTestFinished, test } from 'vitest';
import { systemClock } from '../../../src/clock.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { until } from '../../support/until.ts';
import { redisBroker } from './redis-under-test.ts';
import { ToldRooms } from './told-rooms.ts';

test('a process that follows a room and has no viewer in it is told of those of the others', async () => {
  const server = await RedisServer.start();
  const [full, empty] = await Promise.all([start(server), start(server)]);
  await full.broker.follow('r');
  full.broker.announce('r', 3);
  await empty.broker.follow('r');
  await until('it is told', () => empty.told.elsewhere.get('r') === 3);
  expect(full.told.elsewhere.get('r') ?? 0).toBe(0);
});

async function start(server: RedisServer) {
  const broker = redisBroker({ url: server.url, prefix: 'p:', clock: systemClock });
  const told = new ToldRooms();
  await broker.start(told);
  onTestFinished(() => broker.stop());
  return { broker, told };
}
