import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import type { RoomLoad } from '../load/barrage-broadcaster.ts';
import { type ProcessFigures, ProcessWatch } from '../load/process-watch.ts';
import type { FrameNote } from '../load/viewer-messages.ts';
import type { LatencyFigures } from '../peers/crowd-messages.ts';
import { PeerCrowd } from '../peers/peer-crowd.ts';
import type { Contestant, OwnCounts, RunningContestant } from './contestants.ts';

/** Until code is compiled, windows have widened and buffers have grown. */
const WARM_UP_SECONDS = 2;
/** For what is on its way when the window ends. More than the widest window of the scenario. */
const LATE_MS = 1000;
/** For viewers to come in: thousands a second do. */
const JOIN_MS = 30_000;

export interface FanoutStandOptions {
  readonly load: RoomLoad;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

interface FanoutMeasureOptions extends FanoutStandOptions {
  readonly viewers: number;
  readonly seconds: number;
}

/** One server, one number of viewers. Rates are by the clock, of all viewers together. */
export interface FanoutRun {
  readonly viewers: number;
  /** As the server counts them; the control takes in none. */
  readonly commentsIn: number | undefined;
  readonly deliveredPerSecond: number;
  /** What one viewer was sent of the comments that were taken in within the window, those that came after it too. */
  readonly seenPerSecond: number;
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
export async function measureFanout(contestant: Contestant, { viewers, ...options }: FanoutMeasureOptions): Promise<FanoutRun> {
  const stand = await FanoutStand.open(contestant, options);
  try {
    await stand.add(viewers);
    return await stand.measure({ seconds: options.seconds, warmUpSeconds: WARM_UP_SECONDS });
  } finally {
    await stand.stop();
  }
}

/** A server and the viewers of its room, who may become more. */
export class FanoutStand {
  readonly #contestant: Contestant;
  readonly #options: FanoutStandOptions;
  readonly #server: RunningContestant;
  readonly #crowd: PeerCrowd;
  #viewers = 0;

  private constructor(contestant: Contestant, options: FanoutStandOptions, server: RunningContestant) {
    this.#contestant = contestant;
    this.#options = options;
    this.#server = server;
    this.#crowd = new PeerCrowd(options.cores.load);
  }

  /** A server that is warm, and nobody there. @throws the signal's reason when it aborts */
  static async open(contestant: Contestant, options: FanoutStandOptions): Promise<FanoutStand> {
    const { load, cores, signal } = options;
    signal.throwIfAborted();
    const server = await contestant.start({ core: cores.server, loadCore: cores.load, load, signal });
    try {
      await server.warmUp();
      signal.throwIfAborted();
    } catch (error) {
      await server.stop();
      throw error;
    }
    return new FanoutStand(contestant, options, server);
  }

  /** @throws Error when they do not come in; the signal's reason when it aborts */
  async add(count: number): Promise<void> {
    const { url, path } = this.#server;
    const { name, dialect } = this.#contestant;
    await withinTime(this.#crowd.open({ url, path, dialect, count }), { name, signal: this.#options.signal });
    this.#viewers += count;
  }

  /** Publishes, and measures from after the warm-up. Once more only where the last was answered in time. */
  async measure({ seconds, warmUpSeconds }: { seconds: number; warmUpSeconds: number }): Promise<FanoutRun> {
    const { signal } = this.#options;
    const [server, crowd] = [this.#server, this.#crowd];
    await crowd.order({ do: 'note' });
    let answerP99Ms: number | undefined;
    let failure: unknown;
    server.publish(warmUpSeconds + seconds).then(
      (posts) => {
        answerP99Ms = posts?.answerMs.p99;
      },
      (error: unknown) => {
        failure = error; // where it is stopped before its end, nobody looks any more
      },
    );
    await pause(warmUpSeconds * 1000, signal);
    // Not awaited before the window begins: what is full answers late, and the publisher would have ended by then.
    const begun = Promise.all([timed(server.counts()), timed(crowd.order({ do: 'measure', from: Date.now() }))]);
    begun.catch(() => undefined); // told where it is awaited
    const watches = [new ProcessWatch(server.pid), new ProcessWatch(crowd.pid)] as const;
    try {
      await pause(seconds * 1000, signal);
      signal.throwIfAborted();
      const [countsBefore, before] = await begun;
      const after = await timed(crowd.order({ do: 'measured', until: Date.now() }));
      const [own, other] = [watches[0].end(), watches[1].end()];
      const countsAfter = await timed(server.counts());
      await pause(LATE_MS, signal);
      if (failure) throw failure;
      const end = await crowd.order({ do: 'report' });
      signal.throwIfAborted();
      const measured = (after.at - before.at) / 1000;
      return {
        viewers: this.#viewers,
        commentsIn: commentsPerSecond(countsBefore, countsAfter),
        seenPerSecond: end.latency.count / end.sampled / measured,
        deliveredPerSecond: (after.value.comments - before.value.comments) / measured,
        framesPerSecond: (after.value.frames - before.value.frames) / measured,
        bytesPerSecond: (after.value.bytes - before.value.bytes) / measured,
        latency: end.latency,
        server: own,
        load: other,
        loopDelayMs: countsAfter.value.loopDelayMs,
        notShown: (countsAfter.value.notShown ?? 0) - (countsBefore.value.notShown ?? 0),
        lost: this.#viewers - end.connected,
        answerP99Ms,
        notes: end.notes,
      };
    } finally {
      for (const watch of watches) watch.cancel();
    }
  }

  async stop(): Promise<void> {
    await this.#crowd.stop();
    await this.#server.stop();
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
