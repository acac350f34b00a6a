import { fileURLToPath } from 'node:url';
import type { Position } from '../../src/protocol/cursor.ts';
import { Child } from '../lib/child-process.ts';
import type { BareOrder } from './bare-messages.ts';
import type { Broadcaster } from './broadcaster.ts';
import type { FrameNote } from './viewer-messages.ts';

const SCRIPT = fileURLToPath(new URL('bare-publisher-server.ts', import.meta.url));

export interface BareOptions {
  readonly core: number | undefined;
  readonly cohortSize: number;
  /** The frames that Barrage sent: the control sends such. */
  readonly notes: readonly FrameNote[];
}

export interface BareBroadcaster extends Broadcaster {
  /** Publishes frames of this length as fast as they are read. */
  saturate(bytes: number, seconds: number): Promise<void>;
}

/** The control: uWebSockets.js alone. */
export async function startBare({ core, cohortSize, notes }: BareOptions): Promise<BareBroadcaster> {
  const child = Child.startScript(SCRIPT, [String(cohortSize)], { core });
  const { port } = (await child.message()) as { port: number }; // what bare-publisher-server.ts sends
  // One order at a time: the answers come in order.
  const order = (message: BareOrder) => child.ask(message);
  return {
    name: 'control',
    url: `http://127.0.0.1:${port}`,
    pid: child.pid,
    path: '/',
    async publish() {
      await order({ play: notes });
      return undefined;
    },
    position: () => order('position') as Promise<Position>, // what bare-publisher-server.ts sends
    metrics: async () => undefined,
    async saturate(bytes, seconds) {
      await order({ saturate: { bytes, seconds } });
    },
    stop: () => child.stop(),
  };
}
