import { pause } from '../lib/interrupt.ts';
import { cpuSecondsOf } from '../lib/proc-stat.ts';
import type { LatencySummary } from '../load/latency-summary.ts';
import type { ViewerCrowd } from '../load/viewer-crowd.ts';
import type { FrameNote } from '../load/viewer-messages.ts';

/** What is measured, and how something is said in the room meanwhile. */
export interface CpuSubject {
  readonly pid: number;
  readonly crowd: ViewerCrowd;
  /** Settles when all is published. */
  publish(seconds: number): Promise<unknown>;
}

export interface CpuFigures {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** Over all viewers: comments that the shown ones stand for are not in it. */
  readonly delivered: number;
  readonly frames: number;
  readonly skipped: number;
  readonly latency: LatencySummary;
  /** The frames of the window, as the first viewer got them. */
  readonly notes: readonly FrameNote[];
}

export interface CpuWindow {
  readonly seconds: number;
  /** Published and not measured. */
  readonly warmUpSeconds: number;
  /** How long what was published may be on its way to the viewers. */
  readonly settleMs: number;
  readonly signal: AbortSignal;
}

/** Processor time of a server's process while its viewers, who are there, are sent what is published. */
export async function measureCase({ pid, crowd, publish }: CpuSubject, window: CpuWindow): Promise<CpuFigures> {
  const { seconds, warmUpSeconds, settleMs, signal } = window;
  const publishing = publish(warmUpSeconds + seconds);
  publishing.catch(() => undefined); // told where it is awaited
  await pause(warmUpSeconds * 1000, signal);
  await crowd.note();
  await crowd.measure();
  const before = await crowd.report();
  const cpuBefore = cpuSecondsOf(pid);
  const startedAt = performance.now();
  await pause(seconds * 1000, signal);
  signal.throwIfAborted();
  const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
  const measured = (performance.now() - startedAt) / 1000;
  const after = await crowd.report();
  await publishing;
  await pause(settleMs, signal);
  signal.throwIfAborted();
  const { latencies } = await crowd.report();
  return {
    seconds: measured,
    cpuSeconds,
    delivered: after.shown.sum - before.shown.sum,
    frames: after.frames - before.frames,
    skipped: after.skipped.sum - before.skipped.sum,
    latency: latencies.chat,
    notes: after.notes,
  };
}
