import { expect, test } from 'vitest';
import { NewsRecorder } from '../../support/news-recorder.ts';
import { RedisServer } from '../../support/redis-server.ts';
import { comment, numbers } from '../contract-fixture.ts';
import { redisBroker } from './redis-under-test.ts';

test('stop() answers what was begun, refuses what comes after it, and ends though somebody goes on appending', async () => {
  const server = await RedisServer.start();
  const broker = redisBroker({ url: server.url });
  await broker.start(new NewsRecorder());
  const began = numbers(1, 1200).map((n) => broker.append('r', [comment(`${n}`)]));
  const stopped = broker.stop();
  let isOver = false;
  const late = (async () => {
    const codes = new Set<string>();
    while (!isOver) {
      const answer = await broker.append('r', [comment('late')]);
      codes.add(answer.ok ? 'stored' : answer.refusal.code);
      await new Promise((resolve) => setImmediate(resolve));
    }
    return codes;
  })();
  await stopped;
  isOver = true;
  expect((await Promise.all(began)).every(({ ok }) => ok)).toBe(true);
  expect(await late).toEqual(new Set(['broker_unavailable']));
});
