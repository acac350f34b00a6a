import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { startServer } from '../lib/server-process.ts';
import type { PostFigures } from '../load/post-messages.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import type { PlayOrder, WriteNote } from './stream-messages.ts';

const BARE = fileURLToPath(new URL('bare-streams-server.ts', import.meta.url));
const ROOM = 'bench';

export interface StreamServer {
  readonly url: string;
  readonly pid: number;
  readonly path: string;
  /** The control tells nothing of it. */
  publish(seconds: number): Promise<PostFigures | undefined>;
  stop(): Promise<void>;
}

/** Barrage as it is built, with its defaults. @param rate - comments a second */
export async function startBarrageStreams({ cores, signal }: ScenarioContext, rate: number): Promise<StreamServer> {
  const server = await startServer({ core: cores.server, signal });
  const { url, pid } = server;
  const publisher = new PostPublisher(cores.load);
  return {
    url,
    pid,
    path: `/v1/rooms/${ROOM}/stream`,
    publish: (seconds) => publisher.publish({ url, room: ROOM, seconds, rate, giftsPerSecond: 0 }),
    async stop() {
      await publisher.stop();
      await server.stop();
    },
  };
}

/** The control. @param notes - the events that Barrage wrote: it writes such */
export async function startBareStreams({ cores }: ScenarioContext, notes: readonly WriteNote[]): Promise<StreamServer> {
  const child = Child.startScript(BARE, [], { core: cores.server });
  const { port } = (await child.message()) as { port: number }; // what bare-streams-server.ts sends
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    path: '/stream',
    async publish() {
      await child.ask({ play: notes } satisfies PlayOrder);
      return undefined;
    },
    stop: () => child.stop(),
  };
}
