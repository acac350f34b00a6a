import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import type { RoomLoad } from '../load/barrage-broadcaster.ts';
import { type ProcessFigures, ProcessWatch } from '../load/process-watch.ts';
import type { FrameNote } from '../load/viewer-messages.ts';
import type { LatencyFigures } from '../peers/crowd-messages.ts';
import { PeerCrowd } from '../peers/peer-crowd.ts';
import type { Contestant, OwnCounts } from './contestants.ts';

/** Until code is compiled, windows have widened and buffers have grown. */
const WARM_UP_SECONDS = 2;
/** For what is on its way when the window ends. More than the widest window of the scenario. */
const LATE_MS = 1000;
/** For viewers to come in: thousands a second do. */
const JOIN_MS = 30_000;

export interface FanoutMeasureOptions {
  readonly viewers: number;
  readonly seconds: number;
  readonly load: RoomLoad;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

/** One server, one number of viewers. Rates are by the clock, of all viewers together. */
export interface FanoutRun {
  readonly viewers: number;
  /** As the server counts them; the control takes in none. */
  readonly commentsIn: number | undefined;
  readonly deliveredPerSecond: number;
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
  readonly latency: LatencyFigures;
  readonly server: ProcessFigures;
  readonly load: ProcessFigures;
  readonly loopDelayMs: number | undefined;
  /** Comments that were folded or skipped. */
  readonly notShown: number;
  /** Viewers that were connected no more. */
  readonly lost: number;
  /**
   * The 99th percentile of the time from when a comment was due to the server's answer; nothing when not all were answered in time. A server that
   * is behind takes comments in late, and their own times do not tell of it: this does. The control is asked nothing.
   */
  readonly answerP99Ms: number | undefined;
  /** The frames of one viewer. */
  readonly notes: readonly FrameNote[];
}

/**
 * A server of its own, viewers join, comments are published, and all is measured from after the warm-up. A server that falls behind is measured at
 * what it delivers, and not waited for.
 *
 * @throws Error when viewers do not come in; the signal's reason when it aborts
 */
export async function measureFanout(contestant: Contestant, options: FanoutMeasureOptions): Promise<FanoutRun> {
  const { viewers, seconds, load, cores, signal } = options;
  const stops: (() => unknown)[] = [];
  const stop = async () => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    signal.throwIfAborted();
    const server = await contestant.start({ core: cores.server, loadCore: cores.load, load, signal });
    stops.push(() => server.stop());
    await server.warmUp();
    signal.throwIfAborted();
    const crowd = new PeerCrowd(cores.load);
    stops.push(() => crowd.stop());
    const { url, path, pid } = server;
    await withinTime(crowd.open({ url, path, dialect: contestant.dialect, count: viewers }), { name: contestant.name, signal });
    await crowd.order({ do: 'note' });

    let answerP99Ms: number | undefined;
    let failure: unknown;
    server.publish(WARM_UP_SECONDS + seconds).then(
      (posts) => {
        answerP99Ms = posts?.answerMs.p99;
      },
      (error: unknown) => {
        failure = error; // where it is stopped before its end, nobody looks any more
      },
    );
    await pause(WARM_UP_SECONDS * 1000, signal);
    const [countsBefore, before] = [await timed(server.counts()), await timed(crowd.order({ do: 'measure', from: Date.now() }))];
    const watches = [new ProcessWatch(pid), new ProcessWatch(crowd.pid)] as const;
    stops.push(...watches.map((watch) => () => watch.cancel()));
    await pause(seconds * 1000, signal);
    signal.throwIfAborted();
    const after = await timed(crowd.order({ do: 'measured', until: Date.now() }));
    const [own, other] = [watches[0].end(), watches[1].end()];
    const countsAfter = await timed(server.counts());
    await pause(LATE_MS, signal);
    if (failure) throw failure;
    const end = await crowd.order({ do: 'report' });
    signal.throwIfAborted();
    const measured = (after.at - before.at) / 1000;
    return {
      viewers,
      commentsIn: commentsPerSecond(countsBefore, countsAfter),
      deliveredPerSecond: (after.value.comments - before.value.comments) / measured,
      framesPerSecond: (after.value.frames - before.value.frames) / measured,
      bytesPerSecond: (after.value.bytes - before.value.bytes) / measured,
      latency: end.latency,
      server: own,
      load: other,
      loopDelayMs: countsAfter.value.loopDelayMs,
      notShown: (countsAfter.value.notShown ?? 0) - (countsBefore.value.notShown ?? 0),
      lost: viewers - end.connected,
      answerP99Ms,
      notes: end.notes,
    };
  } finally {
    await stop();
  }
}

interface Timed<T> {
  readonly value: T;
  /** When it was answered: a full server or crowd answers late. */
  readonly at: number;
}

async function timed<T>(promise: Promise<T>): Promise<Timed<T>> {
  const value = await promise;
  return { value, at: performance.now() };
}

function commentsPerSecond(before: Timed<OwnCounts>, after: Timed<OwnCounts>): number | undefined {
  if (before.value.comments === undefined || after.value.comments === undefined) return undefined;
  return ((after.value.comments - before.value.comments) / (after.at - before.at)) * 1000;
}

async function withinTime(joining: Promise<unknown>, { name, signal }: { name: string; signal: AbortSignal }): Promise<void> {
  const isOver = pause(JOIN_MS, signal).then(() => {
    signal.throwIfAborted();
    throw new Error(`${name}: viewers did not come in within ${JOIN_MS / 1000} s`);
  });
  isOver.catch(() => undefined); // told to whoever still waits
  joining.catch(() => undefined);
  await Promise.race([joining, isOver]);
}
