import { afterAll, beforeAll, expect, test } from 'vitest';
import { type ServerProcess, startServerProcess } from '../support/server-process.ts';
import { chainOf, post, Viewer } from '../support/viewer.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ FLUSH_MS: '5', HISTORY_SIZE: '65536' });
});
afterAll(async () => {
  await server.stop();
});

const user = { id: 'u1', name: 'Ann' };
const long = '弹'.repeat(190);

test('a viewer that does not read is cut off within bounds; the others are served, and it resumes by its cursor without a loss', async () => {
  const reader = await Viewer.join(server.url, 'r', { codec: 'json' });
  const stalled = await Viewer.join(server.url, 'r', { codec: 'json' });
  stalled.socket.pause();
  let sent = 0;
  // Loopback buffers some megabytes in the kernel before the server sees any backlog: publish until it has cut the stalled one off.
  await expect
    .poll(
      async () => {
        const events = Array.from({ length: 90 }, () => ({ comment: { user, text: `${sent++} ${long}` } }));
        await post(`${server.url}/v1/rooms/r/events`, { events });
        return (await (await fetch(`${server.url}/v1/rooms/r`)).json()).online;
      },
      { timeout: 30_000, interval: 1 },
    )
    .toBe(1);
  await expect.poll(() => reader.texts.length, { timeout: 10_000 }).toBe(sent);
  expect(chainOf(reader.batches, 'chat').breaks).toEqual([]);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^barrage_drops_total [1-9]/m);

  stalled.socket.resume();
  await stalled.closed;
  const { epoch } = await stalled.joined();
  const { offsets } = chainOf(stalled.batches, 'chat');
  const told = offsets.length;
  expect(told).toBeLessThan(sent);
  const again = await Viewer.join(server.url, 'r', { codec: 'json', cursor: `${epoch}.0.${told}` });
  expect((await again.joined()).recovered).toBe(true);
  // More than the connection may hold: the answer comes in steps.
  await expect.poll(() => again.texts.length).toBe(sent - told);
  expect([...offsets, ...chainOf(again.batches, 'chat').offsets]).toEqual(Array.from({ length: sent }, (_, index) => index + 1));
}, 60_000);
