import { expect, test } from 'vitest';
import { RedisSentinels } from './redis-sentinels.ts';
import { until } from './until.ts';

test('Sentinels of the tests choose another master when theirs is killed', async () => {
  const sentinels = await RedisSentinels.start();
  const master = await sentinels.master();
  const held = await master.ask(async (client) => {
    await client.set('key', 'value');
    return client.wait(2, 5000);
  });
  expect(held).toBe(2);
  await master.kill();
  await until('another is master', async () => (await sentinels.master()) !== master);
  expect(await (await sentinels.master()).ask((client) => client.get('key'))).toBe('value');
}, 30_000);
