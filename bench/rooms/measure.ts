import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { pause } from '../lib/interrupt.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { measureWindow } from '../load/measure-window.ts';
import type { ProcessFigures } from '../load/process-watch.ts';
import type { RoomsReport, SpokenFigures, ViewersOrder } from './room-messages.ts';
import type { RoomsServer } from './servers.ts';

const VIEWERS = fileURLToPath(new URL('viewers-process.ts', import.meta.url));
/** The last frames are on their way for as long. */
const SETTLE_MS = 300;

export interface RoomsLoad {
  readonly rooms: number;
  readonly viewersPerRoom: number;
  readonly seconds: number;
  /** Said and not measured: until code is compiled. The control is given none: it plays what was noted after it. */
  readonly warmUpSeconds: number;
}

export interface RoomsFigures {
  readonly seconds: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly shownPerSecond: number;
  readonly report: RoomsReport;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  readonly loopDelayMs: number | undefined;
  readonly spoken: SpokenFigures | undefined;
}

/** Viewers join all rooms, something is said in them, and what they are sent is measured. */
export async function measureRooms(server: RoomsServer, load: RoomsLoad, { cores, signal }: ScenarioContext): Promise<RoomsFigures> {
  const child = Child.startScript(VIEWERS, [], { core: cores.load });
  const order = async (message: ViewersOrder) => {
    return (await child.ask(message)) as RoomsReport; // what viewers-process.ts sends; to other orders than `report` an empty one
  };
  try {
    const { rooms, viewersPerRoom, seconds, warmUpSeconds } = load;
    await order({ do: 'open', port: Number(new URL(server.url).port), path: server.path, rooms, viewersPerRoom });
    signal.throwIfAborted();
    const {
      seconds: measuredSeconds,
      before,
      after,
      told,
      ...processes
    } = await measureWindow({
      pids: { server: server.pid, load: child.pid },
      seconds,
      warmUpSeconds,
      signal,
      speak: server.speak,
      report: () => order({ do: 'report' }),
      async begin() {
        await order({ do: 'measure' });
        if (warmUpSeconds > 0) await server.loopDelayMs(); // asking empties what was gathered
      },
    });
    const loopDelayMs = await server.loopDelayMs();
    await pause(SETTLE_MS, signal);
    signal.throwIfAborted();
    return {
      ...processes,
      seconds: measuredSeconds,
      framesPerSecond: (after.frames - before.frames) / measuredSeconds,
      bytesPerSecond: (after.bytes - before.bytes) / measuredSeconds,
      shownPerSecond: (after.shown - before.shown) / measuredSeconds,
      report: await order({ do: 'report' }),
      loopDelayMs,
      spoken: told,
    };
  } finally {
    await child.stop();
  }
}
