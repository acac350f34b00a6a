import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A server by hand, for one test: it tells of each connection and the first thing that came over it. */
export async function listen(): Promise<{ port: number; next(): Promise<{ socket: Socket; request: string }> }> {
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has a port');
  return {
    port: address.port,
    async next() {
      const [socket] = (await once(server, 'connection')) as [Socket];
      onTestFinished(() => {
        socket.destroy();
      });
      const [request] = (await once(socket, 'data')) as [Buffer];
      return { socket, request: request.toString() };
    },
  };
}
