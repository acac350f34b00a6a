import type { Cores } from '../lib/pinning.ts';
import { startBare } from './bare-broadcaster.ts';
import { type RoomLoad, startBarrage } from './barrage-broadcaster.ts';
import { type BroadcastFigures, measureBroadcast } from './measure-broadcast.ts';
import { type Ceiling, measureCeiling } from './measure-ceiling.ts';
import { ViewerCrowd } from './viewer-crowd.ts';

const ROOM = 'bench';

export interface RoomOptions {
  readonly viewers: number;
  readonly seconds: number;
  readonly load: RoomLoad;
  /** Barrage's, and the control's. */
  readonly cohortSize: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

/** One run: Barrage under a load, then the control that sends as many frames, as long as they were, when they were sent. */
export interface PairFigures {
  readonly barrage: BroadcastFigures;
  readonly control: BroadcastFigures;
  readonly ceiling: Ceiling;
}

/** @returns nothing when the signal aborted */
export async function measureBesideControl(options: RoomOptions): Promise<PairFigures | undefined> {
  const barrage = await measureBarrage(options);
  if (!barrage || options.signal.aborted) return undefined;
  const { cores, cohortSize } = options;
  const { notes, bytes, frames } = barrage.crowd;
  const bare = await startBare({ core: cores.server, cohortSize, notes });
  const crowd = new ViewerCrowd(cores.load);
  try {
    const control = await measureBroadcast(bare, crowd, options);
    if (!control) return undefined;
    return { barrage, control, ceiling: await measureCeiling(bare, crowd, Math.round(bytes / frames)) };
  } finally {
    await crowd.stop();
    await bare.stop();
  }
}

/** Barrage alone. @returns nothing when the signal aborted */
export async function measureBarrage(options: RoomOptions): Promise<BroadcastFigures | undefined> {
  const { cores, load, cohortSize, signal } = options;
  const env = { COHORT_SIZE: String(cohortSize) };
  const barrage = await startBarrage({ core: cores.server, loadCore: cores.load, room: ROOM, load, env, signal });
  const crowd = new ViewerCrowd(cores.load);
  try {
    return await measureBroadcast(barrage, crowd, options);
  } finally {
    await crowd.stop();
    await barrage.stop();
  }
}
