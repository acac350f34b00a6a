import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';

const SCRIPT = fileURLToPath(new URL('bare-room-server.ts', import.meta.url));

export interface BareRoom {
  /** `http://…` */
  readonly url: string;
  readonly pid: number;
  /** The end of what it wrote. */
  readonly output: string;
  /** How many sockets are connected. */
  sockets(): Promise<number>;
  stop(): Promise<void>;
}

/** @param joinedBytes - of the frame that each socket gets when it connects */
export async function startBareRoom(joinedBytes: number, options: { core: number | undefined; nodeFlags?: string[] }): Promise<BareRoom> {
  const { core, nodeFlags = [] } = options;
  // Node's own flags go before the script, as those that run TypeScript do.
  const child = Child.start([...nodeFlags, ...process.execArgv, SCRIPT, String(joinedBytes)], { core });
  const { port } = (await child.message()) as { port: number }; // what bare-room-server.ts sends
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    get output() {
      return child.output;
    },
    async sockets() {
      return ((await child.ask({})) as { sockets: number }).sockets; // what bare-room-server.ts sends
    },
    stop: () => child.stop(),
  };
}
