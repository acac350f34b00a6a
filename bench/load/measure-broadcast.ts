import { pause } from '../lib/interrupt.ts';
import type { Broadcaster } from './broadcaster.ts';
import { OutsideProbe, type ProbeFigures } from './outside-probe.ts';
import type { PostFigures } from './post-messages.ts';
import { type ProcessFigures, ProcessWatch } from './process-watch.ts';
import { ServerMetrics } from './server-metrics.ts';
import type { ViewerCrowd } from './viewer-crowd.ts';
import type { CrowdReport } from './viewer-messages.ts';

/** Until code is compiled, windows have widened and buffers have grown. */
export const WARM_UP_SECONDS = 3;
/** How long viewers may take to reach the room's end once nothing more is said. */
const CATCH_UP_MS = 60_000;
const LOOK_MS = 100;

export interface BroadcastFigures {
  readonly name: string;
  /** Length of the window in which rates, loads and delays were measured. */
  readonly seconds: number;
  /** What was sent from the first event to the last, warm-up and all. */
  readonly crowd: CrowdReport;
  /** Seconds from the first event to the last. */
  readonly publishedSeconds: number;
  readonly posts: PostFigures | undefined;
  /** Whether all viewers reached the room's end. */
  readonly isComplete: boolean;
  readonly framesPerSecond: number;
  /** Comments shown to one viewer a second. */
  readonly shownPerSecond: number;
  readonly bytesPerSecond: number;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  readonly probe: ProbeFigures;
  readonly metrics: ServerMetrics;
}

export interface MeasureOptions {
  readonly viewers: number;
  readonly seconds: number;
  readonly signal: AbortSignal;
}

/** Viewers join, the room is published into, and all is measured from after the warm-up. @returns nothing when the signal aborted */
export async function measureBroadcast(
  broadcaster: Broadcaster,
  crowd: ViewerCrowd,
  { viewers, seconds, signal }: MeasureOptions,
): Promise<BroadcastFigures | undefined> {
  const { url, path, pid } = broadcaster;
  const closing: (() => unknown)[] = [];
  try {
    await crowd.open({ url, path, count: viewers });
    const probe = await OutsideProbe.open(url, path);
    closing.push(() => probe.close());
    if (signal.aborted) return undefined;
    await crowd.note();
    const publishedAt = performance.now();
    const publishing = settled(broadcaster.publish(WARM_UP_SECONDS + seconds));
    await pause(WARM_UP_SECONDS * 1000, signal);

    // Asking empties what the server has gathered of its loop's delays.
    await broadcaster.metrics();
    const before = await crowd.report();
    const [server, load] = [new ProcessWatch(pid), new ProcessWatch(crowd.pid)];
    closing.push(
      () => server.cancel(),
      () => load.cancel(),
    );
    await crowd.measure();
    const startedAt = performance.now();
    probe.start();
    await pause(seconds * 1000, signal);
    const after = await crowd.report();
    const measured = (performance.now() - startedAt) / 1000;
    const found = { server: server.end(), load: load.end(), probe: await probe.end() };
    const metrics = new ServerMetrics(await broadcaster.metrics());

    const posts = await publishing();
    const publishedSeconds = (performance.now() - publishedAt) / 1000;
    const isComplete = await reachEnd(broadcaster, crowd, signal);
    if (signal.aborted) return undefined;
    return {
      name: broadcaster.name,
      seconds: measured,
      crowd: await crowd.report(),
      publishedSeconds,
      posts,
      isComplete,
      framesPerSecond: (after.frames - before.frames) / measured,
      shownPerSecond: (after.shown.sum - before.shown.sum) / viewers / measured,
      bytesPerSecond: (after.bytes - before.bytes) / viewers / measured,
      ...found,
      metrics,
    };
  } finally {
    for (const close of closing.reverse()) close();
  }
}

/** Waits until every viewer has all that the room holds. @returns whether they have */
export async function reachEnd(broadcaster: Broadcaster, crowd: ViewerCrowd, signal: AbortSignal): Promise<boolean> {
  const end = await broadcaster.position();
  const deadline = performance.now() + CATCH_UP_MS;
  for (;;) {
    const { reached } = await crowd.report();
    if (reached.priority >= end.priority && reached.chat >= end.chat) return true;
    if (signal.aborted || performance.now() > deadline) return false;
    await pause(LOOK_MS, signal);
  }
}

/** A promise that may fail while nobody waits for it yet. */
function settled<T>(promise: Promise<T>): () => Promise<T> {
  promise.catch(() => undefined); // told to whoever awaits it
  return () => promise;
}
