import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { INSPECTOR_FLAGS, Inspector } from '../lib/inspector.ts';
import type { Holder } from './holder.ts';
import type { WaitKind } from './messages.ts';

const SCRIPT = fileURLToPath(new URL('bare-holder-server.ts', import.meta.url));

/** The control. @param bytes - of the text that its waiters are written: as many as Barrage's were */
export async function startBareHolder(bytes: number, core: number | undefined): Promise<Holder> {
  // Node's own flags go before the script, as those that run TypeScript do.
  const child = Child.start([...INSPECTOR_FLAGS, ...process.execArgv, SCRIPT, String(bytes)], { core });
  const { port } = (await child.message()) as { port: number }; // what bare-holder-server.ts sends
  const inspector = await Inspector.open(child.output);
  const tell = async (message: { fire?: string }) => {
    return (await child.ask(message)) as Record<WaitKind, number>; // what bare-holder-server.ts sends
  };
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    inspector,
    path: async (kind) => `/${kind}`,
    waiting: async (kind) => (await tell({}))[kind],
    async online() {
      const { poll, stream } = await tell({});
      return poll + stream;
    },
    async fire(_lane, text) {
      await tell({ fire: text });
    },
    async stop() {
      inspector.close();
      await child.stop();
    },
  };
}
