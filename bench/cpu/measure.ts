import type { ScenarioContext } from '../lib/scenario.ts';
import { startServer } from '../lib/server-process.ts';
import { startBare } from '../load/bare-broadcaster.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import { ViewerCrowd } from '../load/viewer-crowd.ts';
import type { FrameNote } from '../load/viewer-messages.ts';
import { type CpuFigures, type CpuSubject, measureCase } from './measure-case.ts';

const ROOM = 'bench';
const ROOM_PATH = `/v1/ws?room=${ROOM}`;
const COHORT_SIZE = 1000;
/** A room shows 40 a second by default: what is not shown is not delivered, and a million of it would cost nothing. */
const CHAT_PER_SECOND = 1000;
/** Until code is compiled; the first rate of a server is given it twice. */
const WARM_UP_SECONDS = 1;
/** A window, and the way to the last viewer. */
const SETTLE_MS = 700;

export interface CpuLoad {
  readonly viewers: number;
  readonly rates: readonly number[];
  readonly seconds: number;
}

export interface RateFigures {
  readonly rate: number;
  readonly barrage: CpuFigures;
  readonly control: CpuFigures;
}

/** One server with this window: rate after rate, each followed by the control that sends the same. @param done - told after each of both */
export async function measureRates(
  flushMs: number,
  load: CpuLoad,
  { context, done }: { context: ScenarioContext; done: () => void },
): Promise<RateFigures[]> {
  const { cores, signal } = context;
  const env = { FLUSH_MS: String(flushMs), CHAT_PER_SECOND: String(CHAT_PER_SECOND), COHORT_SIZE: String(COHORT_SIZE) };
  const server = await startServer({ core: cores.server, signal, env });
  const publisher = new PostPublisher(cores.load);
  const crowd = new ViewerCrowd(cores.load);
  const { url, pid } = server;
  const figures: RateFigures[] = [];
  let control: Control | undefined;
  try {
    const opened = crowd.open({ url, path: ROOM_PATH, count: load.viewers });
    opened.catch(() => undefined); // told where it is awaited
    control = await startControl(load.viewers, context);
    await opened;
    for (const rate of load.rates) {
      signal.throwIfAborted();
      const publish = (seconds: number) => publisher.publish({ url, room: ROOM, seconds, rate, giftsPerSecond: 0 });
      const warmUpSeconds = WARM_UP_SECONDS * (figures.length === 0 ? 2 : 1);
      const barrage = await measureCase({ pid, crowd, publish }, { seconds: load.seconds, warmUpSeconds, settleMs: SETTLE_MS, signal });
      done();
      const window = { seconds: load.seconds, warmUpSeconds: 0, settleMs: 0, signal };
      figures.push({ rate, barrage, control: await measureCase(control.playing(barrage.notes), window) });
      done();
    }
    return figures;
  } finally {
    await control?.stop();
    await crowd.stop();
    await publisher.stop();
    await server.stop();
  }
}

interface Control {
  /** The control as it sends these frames. */
  playing(notes: readonly FrameNote[]): CpuSubject;
  stop(): Promise<void>;
}

/** It has nothing to send while Barrage is measured, and Barrage nothing while it is. */
async function startControl(viewers: number, { cores, signal }: ScenarioContext): Promise<Control> {
  signal.throwIfAborted();
  const played: FrameNote[] = [];
  const bare = await startBare({ core: cores.server, cohortSize: COHORT_SIZE, notes: played });
  const crowd = new ViewerCrowd(cores.load);
  const stop = async () => {
    await crowd.stop();
    await bare.stop();
  };
  try {
    await crowd.open({ url: bare.url, path: bare.path, count: viewers });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    playing(notes) {
      // It sends what is in its list when it is asked to.
      played.splice(0, played.length, ...notes);
      return { pid: bare.pid, crowd, publish: (seconds) => bare.publish(seconds) };
    },
    stop,
  };
}
