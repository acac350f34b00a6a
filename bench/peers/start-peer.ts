import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import type { RoomLoad } from '../load/barrage-broadcaster.ts';
import type { PostFigures } from '../load/post-messages.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import type { PeerCounts } from './peer-intake.ts';
import type { Peer } from './peers.ts';

export interface PeerOptions {
  readonly core: number | undefined;
  readonly loadCore: number | undefined;
  readonly load: RoomLoad;
}

/** A peer in a process of its own, and one that publishes into it. */
export interface RunningPeer {
  /** `http://…` */
  readonly url: string;
  readonly pid: number;
  /** Settles when all is sent and answered. */
  publish(seconds: number): Promise<PostFigures>;
  counts(): Promise<PeerCounts>;
  stop(): Promise<void>;
}

/** @throws Error when it does not come up */
export async function startPeer({ script }: Peer, { core, loadCore, load }: PeerOptions): Promise<RunningPeer> {
  const child = Child.startScript(fileURLToPath(script), [], { core });
  const { port } = (await child.message()) as { port: number }; // what PeerIntake.ready sends
  const url = `http://127.0.0.1:${port}`;
  const publisher = new PostPublisher(loadCore);
  return {
    url,
    pid: child.pid,
    publish: (seconds) => publisher.publish({ ...load, url, room: 'room', seconds }),
    async counts() {
      return (await child.ask('counts')) as PeerCounts; // what PeerIntake sends
    },
    async stop() {
      await publisher.stop();
      await child.stop();
    },
  };
}
