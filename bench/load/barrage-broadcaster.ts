import type { Position } from '../../src/protocol/cursor.ts';
import { httpGet } from '../lib/http-get.ts';
import { type ServerOptions, startServer } from '../lib/server-process.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { PostFigures, PostOrder } from './post-messages.ts';
import { PostPublisher } from './post-publisher.ts';

/** What is said in the room. */
export type RoomLoad = Omit<PostOrder, 'url' | 'room' | 'seconds'>;

export interface BarrageOptions extends ServerOptions {
  readonly loadCore: number | undefined;
  readonly room: string;
  readonly load: RoomLoad;
}

export interface BarrageBroadcaster extends Broadcaster {
  /** The end of what the server wrote. */
  readonly output: string;
  publish(seconds: number): Promise<PostFigures>;
  /** Publishes other events of the priority lane. @throws Error when they are refused */
  post(events: readonly object[]): Promise<void>;
}

/** Barrage as it is built, and a process that publishes into one of its rooms. */
export async function startBarrage({ loadCore, room, load, ...options }: BarrageOptions): Promise<BarrageBroadcaster> {
  const server = await startServer(options);
  const { url, pid } = server;
  const publisher = new PostPublisher(loadCore);
  let position: Position = { priority: 0, chat: 0 };
  const moveTo = ({ priority, chat }: Position) => {
    position = { priority: Math.max(position.priority, priority), chat: Math.max(position.chat, chat) };
  };
  return {
    name: 'Barrage',
    url,
    pid,
    get output() {
      return server.output;
    },
    path: `/v1/ws?room=${room}`,
    async publish(seconds) {
      const figures = await publisher.publish({ ...load, url, room, seconds });
      moveTo(figures.end);
      return figures;
    },
    // By the refs, and not as GET /v1/rooms/ROOM has it: its cursor is that of the last flush.
    position: async () => position,
    metrics: async () => (await httpGet(`${url}/metrics`)).body.toString(),
    async post(events) {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch(`${url}/v1/rooms/${room}/events`, { method: 'POST', headers, body: JSON.stringify({ events }) });
      const text = await answer.text();
      if (answer.status !== 200) throw new Error(`events were refused: ${text}`);
      const { refs } = JSON.parse(text) as { refs: readonly string[] }; // as the contract has it
      moveTo({ priority: Number(refs.at(-1)?.slice(1)), chat: 0 });
    },
    async stop() {
      await publisher.stop();
      await server.stop();
    },
  };
}
