// Stands before Centrifugo, for the benchmark's publisher: each comment of a request gets its id and its time, as with the other peers, and is
// published by Centrifugo's API. The request is answered when that is.
//
// node … centrifugo-intake.ts URL KEY; tells its port by an IPC message, and how many comments it has taken in when it is asked.
import { createServer } from 'node:http';
import { CentrifugoApi } from './centrifugo-api.ts';
import { CENTRIFUGO_CHANNEL } from './centrifugo-dialect.ts';

const [url = '', key = ''] = process.argv.slice(2);
const api = new CentrifugoApi(url, key);
let comments = 0;

process.on('disconnect', () => process.exit());
process.on('message', () => process.send?.({ comments }));

const server = createServer(async (incoming, response) => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer); // no encoding is set
  const { events } = JSON.parse(Buffer.concat(parts).toString()) as { events: readonly { comment: object }[] }; // what post-process.ts sends
  const refs = events.map(() => `c${++comments}`);
  try {
    await Promise.all(events.map(({ comment }, index) => api.publish(CENTRIFUGO_CHANNEL, { id: refs[index], at: Date.now(), ...comment })));
    response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ epoch: 'peer', refs }));
  } catch (error) {
    response.writeHead(502).end(String(error)); // the publisher counts it as refused
  }
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has a port');
  process.send?.({ port: address.port });
});
