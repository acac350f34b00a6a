import type { Cores } from '../lib/pinning.ts';
import { cpuSecondsOf, waitSecondsOf } from '../lib/proc-stat.ts';
import type { JoinedFigures } from './join-messages.ts';
import { Joiners } from './joiners.ts';

/** Enough to have every path compiled. */
const WARM_UP = 1000;

export interface JoinTarget {
  readonly url: string;
  readonly path: string;
  readonly pid: number;
}

export interface StormOptions {
  readonly viewers: number;
  readonly inFlight: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

export interface StormFigures {
  readonly joined: JoinedFigures;
  readonly perSecond: number;
  /** By the processor time of the server's process, all of its threads. */
  readonly perCpuSecond: number;
  /** Of one core, while they joined. */
  readonly serverShare: number;
  readonly loadShare: number;
  /** The share of the time that the server was ready to run, and something else had its core. */
  readonly waitShare: number;
}

/** Viewers join, after others who have come and gone. */
export async function measureJoins(target: JoinTarget, options: StormOptions): Promise<StormFigures> {
  const { viewers, inFlight, cores, signal } = options;
  const first = new Joiners(cores.load);
  try {
    await first.join({ ...target, count: WARM_UP, inFlight });
  } finally {
    await first.stop();
  }
  signal.throwIfAborted();
  const joiners = new Joiners(cores.load);
  try {
    // The process has to be up, and its code compiled, before time counts.
    await joiners.join({ ...target, count: WARM_UP, inFlight });
    signal.throwIfAborted();
    const before = { cpu: cpuSecondsOf(target.pid), wait: waitSecondsOf(target.pid) };
    const joined = await joiners.join({ ...target, count: viewers, inFlight });
    const cpuSeconds = cpuSecondsOf(target.pid) - before.cpu;
    const waitSeconds = waitSecondsOf(target.pid) - before.wait;
    if (joined.joined < viewers) throw new Error(`${viewers - joined.joined} of ${viewers} viewers were not let in`);
    return {
      joined,
      perSecond: viewers / joined.seconds,
      perCpuSecond: viewers / cpuSeconds,
      serverShare: cpuSeconds / joined.seconds,
      loadShare: joined.cpuSeconds / joined.seconds,
      waitShare: waitSeconds / joined.seconds,
    };
  } finally {
    await joiners.stop();
  }
}
