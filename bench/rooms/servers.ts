import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { httpGet } from '../lib/http-get.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { startServer } from '../lib/server-process.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import type { BareRoomsNews, BareRoomsOrder, RoomNote, SpeakOrder, SpokenFigures } from './room-messages.ts';

const SPEAKER = fileURLToPath(new URL('speaker-process.ts', import.meta.url));
const BARE = fileURLToPath(new URL('bare-rooms-server.ts', import.meta.url));
const PREFIX = 'bench-';

export interface RoomsServer {
  readonly url: string;
  readonly pid: number;
  /** Where a viewer connects, before the room's number. */
  readonly path: string;
  /** Something is said in the rooms; the control tells nothing of it. */
  speak(seconds: number): Promise<SpokenFigures | undefined>;
  /** The 99th percentile of the event loop's delay since it was last asked for, in milliseconds. */
  loopDelayMs(): Promise<number | undefined>;
  stop(): Promise<void>;
}

/** Barrage as it is built, with its defaults, and a process that speaks in its rooms. */
export async function startBarrageRooms(
  { cores, signal }: ScenarioContext,
  load: Pick<SpeakOrder, 'rooms' | 'commentsPerSecond'>,
): Promise<RoomsServer> {
  const server = await startServer({ core: cores.server, signal });
  const speaker = Child.startScript(SPEAKER, [], { core: cores.load });
  return {
    url: server.url,
    pid: server.pid,
    path: `/v1/ws?room=${PREFIX}`,
    async speak(seconds) {
      return (await speaker.ask({ ...load, url: server.url, prefix: PREFIX, seconds } satisfies SpeakOrder)) as SpokenFigures; // what speaker-process.ts sends
    },
    async loopDelayMs() {
      const { body } = await httpGet(`${server.url}/metrics`);
      return new ServerMetrics(body.toString()).loopDelay?.ms;
    },
    async stop() {
      await speaker.stop();
      await server.stop();
    },
  };
}

/** The control. @param notes - the frames that Barrage sent: it sends such */
export async function startBareRooms({ cores }: ScenarioContext, notes: readonly RoomNote[]): Promise<RoomsServer> {
  const child = Child.startScript(BARE, [], { core: cores.server });
  const { port } = (await child.message()) as { port: number }; // what bare-rooms-server.ts sends
  // One order at a time: the answers come in order.
  let last: Promise<unknown> = Promise.resolve();
  const order = async (message: BareRoomsOrder) => {
    const answered = last.then(() => {
      return child.ask(message);
    });
    last = answered.catch(() => undefined); // told to whoever ordered
    return (await answered) as BareRoomsNews; // what bare-rooms-server.ts sends
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    path: '/?room=',
    async speak() {
      await order({ play: notes });
      return undefined;
    },
    async loopDelayMs() {
      const { delay } = await order('delay');
      const p99 = delay?.find(({ quantile }) => quantile === '0.99');
      return p99 && p99.seconds * 1000;
    },
    stop: () => child.stop(),
  };
}
