import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, test } from 'vitest';
import { reservePort } from '../../src/workers/reserve-port.ts';

const HOST = '127.0.0.1';

async function listen(port: number) {
  const server = createServer();
  server.listen(port, HOST);
  await once(server, 'listening');
  return server;
}

test('port 0 becomes a free one, which can be listened on afterwards', async () => {
  const port = await reservePort({ HOST, PORT: 0 });
  const server = await listen(port);
  expect((server.address() as AddressInfo).port).toBe(port);
  server.close();
});

test('a port that was named stays that, and one in use is refused', async () => {
  const server = await listen(0);
  const { port } = server.address() as AddressInfo;
  await expect(reservePort({ HOST, PORT: port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  server.close();
  await once(server, 'close');
  expect(await reservePort({ HOST, PORT: port })).toBe(port);
});
