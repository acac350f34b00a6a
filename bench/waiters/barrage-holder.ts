import { getJson, httpGet } from '../lib/http-get.ts';
import { INSPECTOR_FLAGS, Inspector } from '../lib/inspector.ts';
import { metricValue } from '../lib/metric-value.ts';
import { type ServerOptions, startServer } from '../lib/server-process.ts';
import type { Holder } from './holder.ts';

const ROOM = 'waiters';
const WAIT_SECONDS = 30;

/** Barrage as it is built, with its defaults. */
export async function startBarrage(options: ServerOptions): Promise<Holder> {
  const server = await startServer({ ...options, nodeFlags: INSPECTOR_FLAGS });
  const { url, pid } = server;
  const inspector = await Inspector.open(server.output);
  const room = () => getJson(`${url}/v1/rooms/${ROOM}`) as Promise<{ cursor: string; online: number }>; // as the contract has it
  return {
    url,
    pid,
    inspector,
    async path(kind) {
      const cursor = encodeURIComponent((await room()).cursor);
      const query = kind === 'poll' ? `events?wait=${WAIT_SECONDS}&cursor=${cursor}` : `stream?cursor=${cursor}`;
      return `/v1/rooms/${ROOM}/${query}`;
    },
    async waiting(kind) {
      const { body } = await httpGet(`${url}/metrics`);
      return metricValue(body.toString(), { name: 'barrage_connections', label: `transport="${kind}"` });
    },
    online: async () => (await room()).online,
    async fire(lane, text) {
      const [path, body] =
        lane === 'priority' ? ['events', { events: [{ notice: { text } }] }] : ['comments', { text, user: { id: 'bench', name: 'bench' } }];
      const answer = await fetch(`${url}/v1/rooms/${ROOM}/${path}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      if (answer.status !== 200) throw new Error(`an event was refused: ${await answer.text()}`);
    },
    async stop() {
      inspector.close();
      await server.stop();
    },
  };
}
