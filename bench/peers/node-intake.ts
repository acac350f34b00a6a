import { createServer, type Server } from 'node:http';
import type { PeerIntake } from './peer-intake.ts';

/** Node's HTTP server, on a free port of the loopback once it listens, which takes comments in by any POST. */
export function nodeIntake(intake: () => PeerIntake): Server {
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer); // no encoding is set
    const answer = intake().take(Buffer.concat(parts).toString());
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) }).end(answer);
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('a listening TCP server has a port');
    intake().ready(address.port);
  });
  return server;
}
