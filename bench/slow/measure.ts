import { INSPECTOR_FLAGS, Inspector } from '../lib/inspector.ts';
import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import { residentBytesOf } from '../lib/proc-stat.ts';
import { type BarrageBroadcaster, type RoomLoad, startBarrage } from '../load/barrage-broadcaster.ts';
import { reachEnd, WARM_UP_SECONDS } from '../load/measure-broadcast.ts';
import type { PostFigures } from '../load/post-messages.ts';
import { type ProcessFigures, ProcessWatch } from '../load/process-watch.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import { ViewerCrowd } from '../load/viewer-crowd.ts';
import type { CrowdReport } from '../load/viewer-messages.ts';
import { type Fed, fill, lagOf } from './fill.ts';
import { tcpMemoryBytes } from './kernel-memory.ts';
import { openStalled } from './open-stalled.ts';

const ROOM = 'bench';
/** The room goes on while those who had stopped read again. */
const RESUMED_SECONDS = 5;
/** When in the window the stalled viewers' buffers are full, all at once: readers are looked at before, in that moment, and after. */
const FULL_AT = 0.4;
/** Longer than a run: nobody is given up while it lasts. */
const PATIENCE_MS = 600_000;

export interface StalledOptions {
  readonly readers: number;
  /** A number; or, for the same without them, what it took to fill their buffers: the room is fed all the same. */
  readonly stalled: number | { readonly fed: Fed };
  readonly seconds: number;
  readonly load: RoomLoad & { readonly codePoints: number };
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

export interface StalledFigures {
  readonly readers: CrowdReport;
  /** Those who stopped, when they have caught up; nothing in the run without them. */
  readonly stalled: CrowdReport | undefined;
  /** Seconds from when they read again until all had everything. */
  readonly caughtUpSeconds: number;
  readonly isComplete: boolean;
  readonly posts: PostFigures;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  /** What it took to fill the buffers of those who stopped. */
  readonly fed: Fed;
  /** Of the server, its garbage collected: before the first viewer came, and at the window's end. */
  readonly residentAlone: number;
  readonly residentWithAll: number;
  /** What the kernel came to hold for sockets, at the window's end less before the first viewer. */
  readonly kernelBytes: number;
  /** Viewers that the server knew to lag, at the window's beginning and end; or has cut off. */
  readonly lagging: { readonly before: number; readonly after: number };
  readonly metrics: ServerMetrics;
}

/** One run. @returns nothing when the signal aborted */
export async function measureStalled(options: StalledOptions): Promise<StalledFigures | undefined> {
  const { cores, load, signal } = options;
  const env = { LAG_TIMEOUT_MS: String(PATIENCE_MS), IDLE_TIMEOUT_MS: String(PATIENCE_MS) };
  const barrage = await startBarrage({
    core: cores.server,
    loadCore: cores.load,
    room: ROOM,
    load,
    env,
    nodeFlags: INSPECTOR_FLAGS,
    signal,
  });
  const inspector = await Inspector.open(barrage.output);
  const readers = new ViewerCrowd(cores.load);
  // In a process of their own: when they read again, they have much to read.
  const stalled = new ViewerCrowd(cores.load);
  try {
    return await measureRoom({ barrage, inspector, readers, stalled }, options);
  } finally {
    await Promise.all([readers.stop(), stalled.stop()]);
    inspector.close();
    await barrage.stop();
  }
}

interface Parts {
  readonly barrage: BarrageBroadcaster;
  readonly inspector: Inspector;
  readonly readers: ViewerCrowd;
  readonly stalled: ViewerCrowd;
}

async function measureRoom({ barrage, inspector, readers, stalled }: Parts, options: StalledOptions): Promise<StalledFigures | undefined> {
  const { seconds, signal } = options;
  const { url, path, pid } = barrage;
  await inspector.collectGarbage();
  const residentAlone = residentBytesOf(pid);
  const kernelAlone = tcpMemoryBytes();
  const fed = await feed({ barrage, stalled }, options);
  await readers.open({ url, path, count: options.readers });
  if (signal.aborted) return undefined;

  const publishing = barrage.publish(WARM_UP_SECONDS + seconds + RESUMED_SECONDS);
  publishing.catch(() => undefined); // told to whoever awaits it, below
  await pause(WARM_UP_SECONDS * 1000, signal);
  const laggingBefore = lagOf(new ServerMetrics(await barrage.metrics()));
  const watches = [new ProcessWatch(pid), new ProcessWatch(readers.pid)] as const;
  try {
    await readers.measure();
    await pause(seconds * 1000, signal);
    await readers.measured();
    const [server, load] = [watches[0].end(), watches[1].end()];
    const kernelBytes = tcpMemoryBytes() - kernelAlone;
    const metrics = new ServerMetrics(await barrage.metrics());
    // As what is garbage by chance would be more than what is asked for: some dozen kilobytes a viewer.
    await inspector.collectGarbage();
    const residentWithAll = residentBytesOf(pid);
    if (signal.aborted) return undefined;

    const resumedAt = performance.now();
    await stalled.resume();
    const posts = await publishing;
    const haveReached = [await reachEnd(barrage, readers, signal)];
    const hasStalled = typeof options.stalled === 'number';
    if (hasStalled) haveReached.push(await reachEnd(barrage, stalled, signal));
    if (signal.aborted) return undefined;
    return {
      readers: await readers.report(),
      stalled: hasStalled ? await stalled.report() : undefined,
      caughtUpSeconds: (performance.now() - resumedAt) / 1000,
      isComplete: haveReached.every(Boolean),
      posts,
      server,
      load,
      fed,
      residentAlone,
      residentWithAll,
      kernelBytes,
      lagging: { before: laggingBefore, after: lagOf(metrics) },
      metrics,
    };
  } finally {
    for (const watch of watches) watch.cancel();
  }
}

/** @returns what the room was fed before its readers came */
async function feed({ barrage, stalled }: Pick<Parts, 'barrage' | 'stalled'>, options: StalledOptions): Promise<Fed> {
  const { stalled: wanted, seconds, load, cores, signal } = options;
  if (typeof wanted === 'number') {
    const secondsUntilFull = WARM_UP_SECONDS + FULL_AT * seconds;
    return openStalled({ barrage, stalled }, { count: wanted, load, secondsUntilFull, core: cores.load, signal });
  }
  await fill(barrage, wanted.fed, signal);
  return wanted.fed;
}
