import { fileURLToPath } from 'node:url';
import { Child } from '../lib/child-process.ts';
import { pause } from '../lib/interrupt.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { type ProcessFigures, ProcessWatch } from '../load/process-watch.ts';
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
  const watches: ProcessWatch[] = [];
  const order = async (message: ViewersOrder) => {
    return (await child.ask(message)) as RoomsReport; // what viewers-process.ts sends; to other orders than `report` an empty one
  };
  try {
    const { rooms, viewersPerRoom, seconds, warmUpSeconds } = load;
    await order({ do: 'open', port: Number(new URL(server.url).port), path: server.path, rooms, viewersPerRoom });
    signal.throwIfAborted();
    const speaking = server.speak(warmUpSeconds + seconds);
    speaking.catch(() => undefined); // told where it is awaited
    await pause(warmUpSeconds * 1000, signal);
    const before = await order({ do: 'report' });
    await order({ do: 'measure' });
    if (warmUpSeconds > 0) await server.loopDelayMs(); // asking empties what was gathered
    watches.push(new ProcessWatch(server.pid), new ProcessWatch(child.pid));
    const startedAt = performance.now();
    await pause(seconds * 1000, signal);
    signal.throwIfAborted();
    const [serverUse, loadUse] = watches.splice(0).map((watch) => watch.end());
    if (!serverUse || !loadUse) throw new Error('two processes are watched');
    const measuredSeconds = (performance.now() - startedAt) / 1000;
    const after = await order({ do: 'report' });
    const spoken = await speaking;
    const loopDelayMs = await server.loopDelayMs();
    await pause(SETTLE_MS, signal);
    signal.throwIfAborted();
    const report = await order({ do: 'report' });
    return {
      seconds: measuredSeconds,
      framesPerSecond: (after.frames - before.frames) / measuredSeconds,
      bytesPerSecond: (after.bytes - before.bytes) / measuredSeconds,
      shownPerSecond: (after.shown - before.shown) / measuredSeconds,
      report,
      server: serverUse,
      load: loadUse,
      loopDelayMs,
      spoken,
    };
  } finally {
    for (const watch of watches) watch.cancel();
    await child.stop();
  }
}
