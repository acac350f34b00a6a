import { httpGet } from '../lib/http-get.ts';
import { INSPECTOR_FLAGS, Inspector } from '../lib/inspector.ts';
import { metricValue } from '../lib/metric-value.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { startServer } from '../lib/server-process.ts';
import { ViewerCrowd } from '../load/viewer-crowd.ts';
import { startBareRoom } from './bare-room.ts';
import type { IdleRoom } from './idle-room.ts';

type Place = Pick<ScenarioContext, 'cores' | 'signal'>;

/** About what `joined` takes in a room where nothing has been said. */
const JOINED_BYTES = 60;

interface SocketServer {
  readonly url: string;
  readonly pid: number;
  readonly output: string;
  stop(): Promise<void>;
}

/** Barrage as it is built, with its defaults, and viewers over WebSocket in protobuf. */
export async function socketsOfBarrage({ cores, signal }: Place): Promise<IdleRoom> {
  const server = await startServer({ core: cores.server, signal, nodeFlags: INSPECTOR_FLAGS });
  return roomOf(server, {
    loadCore: cores.load,
    path: '/v1/ws?room=memory',
    async held() {
      const { body } = await httpGet(`${server.url}/metrics`);
      return metricValue(body.toString(), { name: 'barrage_connections', label: 'transport="websocket"' });
    },
  });
}

/** The control: bare sockets that are subscribed to two topics. */
export async function socketsOfBare({ cores }: Place): Promise<IdleRoom> {
  const server = await startBareRoom(JOINED_BYTES, { core: cores.server, nodeFlags: INSPECTOR_FLAGS });
  return roomOf(server, { loadCore: cores.load, path: '/', held: () => server.sockets() });
}

interface RoomParts {
  readonly loadCore: number | undefined;
  readonly path: string;
  readonly held: () => Promise<number>;
}

async function roomOf(server: SocketServer, { loadCore, path, held }: RoomParts): Promise<IdleRoom> {
  let crowd: ViewerCrowd | undefined;
  const empty = async () => {
    await crowd?.stop();
    crowd = undefined;
  };
  const inspector = await openInspector(server);
  return {
    pid: server.pid,
    inspector,
    async fill(count) {
      crowd = new ViewerCrowd(loadCore);
      await crowd.open({ url: server.url, path, count });
    },
    held,
    empty,
    async stop() {
      inspector.close();
      await empty();
      await server.stop();
    },
  };
}

async function openInspector(server: SocketServer): Promise<Inspector> {
  try {
    return await Inspector.open(server.output);
  } catch (error) {
    await server.stop();
    throw error;
  }
}
