import { expect, test } from 'vitest';
import { RedisServer } from '../../support/redis-server.ts';
import { Scene } from './scene.ts';

test('a killed process takes nothing with it: its viewers go on elsewhere, and those who come back to it go on there', async () => {
  const redis = await RedisServer.start();
  const scene = await Scene.start({ environment: { REDIS_URL: redis.url } });
  await scene.traffic(20);
  await scene.crash(0, () => scene.traffic(20));
  await scene.traffic(20);
  expect(await scene.verdicts()).toEqual([]);
  expect(scene.breaks).toEqual([0]);
});
