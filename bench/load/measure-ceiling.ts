import type { BareBroadcaster } from './bare-broadcaster.ts';
import { ProcessWatch } from './process-watch.ts';
import type { ViewerCrowd } from './viewer-crowd.ts';

const SECONDS = 3;

/** What the load process takes in at the most. */
export interface Ceiling {
  readonly framesPerSecond: number;
  readonly loadShare: number;
  readonly serverShare: number;
}

/** As much as the control publishes and the crowd reads: whose core is full by then is the bound. The crowd's viewers are connected. */
export async function measureCeiling(bare: BareBroadcaster, crowd: ViewerCrowd, bytes: number): Promise<Ceiling> {
  const before = await crowd.report();
  const [server, load] = [new ProcessWatch(bare.pid), new ProcessWatch(crowd.pid)];
  const startedAt = performance.now();
  await bare.saturate(bytes, SECONDS);
  const { frames } = await crowd.report();
  const seconds = (performance.now() - startedAt) / 1000;
  return {
    framesPerSecond: (frames - before.frames) / seconds,
    loadShare: load.end().cpuShare,
    serverShare: server.end().cpuShare,
  };
}
