import { afterAll, beforeAll } from 'vitest';
import { JumpingClock } from '../support/jumping-clock.ts';
import { RedisServer } from '../support/redis-server.ts';
import { describeBrokerContract } from './broker-contract.ts';
import { redisBroker, underTest } from './redis/redis-under-test.ts';

let server: RedisServer;
beforeAll(async () => {
  server = await RedisServer.start();
});
afterAll(() => server.stop());

describeBrokerContract('RedisBroker', async (options) => {
  const clock = new JumpingClock();
  const broker = redisBroker({ ...options, url: server.url, clock });
  return underTest(broker, { clock, servers: [server.client()] });
});
