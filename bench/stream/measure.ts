import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { pause } from '../lib/interrupt.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { measureWindow } from '../load/measure-window.ts';
import type { PostFigures } from '../load/post-messages.ts';
import type { ProcessFigures } from '../load/process-watch.ts';
import type { StreamServer } from './servers.ts';
import type { StreamsOrder, StreamsReport } from './stream-messages.ts';

const READERS = fileURLToPath(new URL('readers-process.ts', import.meta.url));
/** The last writes are on their way for as long. */
const SETTLE_MS = 500;

export interface StreamLoad {
  readonly streams: number;
  readonly seconds: number;
  /** Published and not measured. None for the control, which plays what was noted after it. */
  readonly warmUpSeconds: number;
}

export interface StreamFigures {
  readonly seconds: number;
  /** In the window, over all streams. */
  readonly batches: number;
  readonly comments: number;
  readonly bytes: number;
  /** Since the streams were opened. */
  readonly report: StreamsReport;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  readonly posts: PostFigures | undefined;
}

/** Streams are opened, comments published, and what comes is measured. */
export async function measureStreams(server: StreamServer, load: StreamLoad, { cores, signal }: ScenarioContext): Promise<StreamFigures> {
  const child = Child.startScript(READERS, [], { core: cores.load });
  const order = async (message: StreamsOrder) => {
    return (await child.ask(message)) as StreamsReport; // what readers-process.ts sends; to other orders than `report` an empty one
  };
  try {
    await order({ do: 'open', port: Number(new URL(server.url).port), path: server.path, count: load.streams });
    signal.throwIfAborted();
    const { before, after, told, ...figures } = await measureWindow({
      pids: { server: server.pid, load: child.pid },
      seconds: load.seconds,
      warmUpSeconds: load.warmUpSeconds,
      signal,
      speak: server.publish,
      report: () => order({ do: 'report' }),
      begin: () => order({ do: 'measure' }),
    });
    await pause(SETTLE_MS, signal);
    signal.throwIfAborted();
    return {
      ...figures,
      batches: after.batches - before.batches,
      comments: after.comments - before.comments,
      bytes: after.bytes - before.bytes,
      report: await order({ do: 'report' }),
      posts: told,
    };
  } finally {
    await child.stop();
  }
}
