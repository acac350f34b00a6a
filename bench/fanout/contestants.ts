import { startBare } from '../load/bare-broadcaster.ts';
import { type RoomLoad, startBarrage } from '../load/barrage-broadcaster.ts';
import type { PostFigures } from '../load/post-messages.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import type { FrameNote } from '../load/viewer-messages.ts';
import { CENTRIFUGO, startCentrifugo } from '../peers/centrifugo.ts';
import type { DialectName } from '../peers/dialect.ts';
import type { Peer } from '../peers/peers.ts';
import { startPeer } from '../peers/start-peer.ts';
import { warmIntake } from '../peers/warm-intake.ts';

const ROOM = 'bench';
/** Barrage's default; the control's cohorts are as large. */
const COHORT_SIZE = 1000;

interface ContestantOptions {
  readonly core: number | undefined;
  readonly loadCore: number | undefined;
  readonly load: RoomLoad;
  readonly signal: AbortSignal;
}

/** One of those that are compared. */
export interface Contestant {
  readonly name: string;
  readonly dialect: DialectName;
  start(options: ContestantOptions): Promise<RunningContestant>;
}

/** What a server says of itself; what it does not say is absent. */
export interface OwnCounts {
  /** Comments taken in since it started. */
  readonly comments?: number | undefined;
  /** Of those, how many were folded into others, or skipped. Since it started as well. */
  readonly notShown?: number | undefined;
  /** 99th percentile since it was last asked. */
  readonly loopDelayMs?: number | undefined;
}

export interface RunningContestant {
  /** `http://…` */
  readonly url: string;
  /** Where a viewer connects. */
  readonly path: string;
  readonly pid: number;
  /** Has its code compiled, as far as comments that nobody sees can: a server is compared as it is after some minutes. */
  warmUp(): Promise<void>;
  /** Settles when all is sent and answered. */
  publish(seconds: number): Promise<PostFigures | undefined>;
  counts(): Promise<OwnCounts>;
  stop(): Promise<void>;
}

/** With its density limit lifted: every comment is sent by itself, as the peers send it. */
export function barrageWith(flushMs: number): Contestant {
  return {
    name: `Barrage, ${flushMs} ms`,
    dialect: 'barrage',
    async start({ core, loadCore, load, signal }) {
      const env = { FLUSH_MS: String(flushMs), CHAT_PER_SECOND: '1000', COHORT_SIZE: String(COHORT_SIZE) };
      const barrage = await startBarrage({ core, loadCore, room: ROOM, load, env, signal });
      return {
        ...barrage,
        warmUp: () => warmIntake(barrage.url),
        counts: async () => countsOf(new ServerMetrics(await barrage.metrics())),
      };
    },
  };
}

/** uWebSockets.js alone, which publishes these frames. */
export function controlOf(notes: readonly FrameNote[], name: string): Contestant {
  return {
    name,
    dialect: 'barrage',
    async start({ core }) {
      const bare = await startBare({ core, cohortSize: COHORT_SIZE, notes });
      return { ...bare, warmUp: async () => undefined, publish: () => bare.publish(0), counts: async () => ({}) };
    },
  };
}

export function contestantOf(peer: Peer): Contestant {
  const { name, dialect, path } = peer;
  return {
    name,
    dialect,
    async start(options) {
      const running = await startPeer(peer, options);
      return { ...running, path, warmUp: () => warmIntake(running.url) };
    },
  };
}

/** Its comments come in by its HTTP API; before it stands what makes a request of the publisher one of those, on the load's core. */
export const centrifugo: Contestant = {
  name: CENTRIFUGO.name,
  dialect: 'centrifugo',
  async start(options) {
    const running = await startCentrifugo(options);
    return { ...running, warmUp: () => warmIntake(running.intakeUrl) };
  },
};

function countsOf(metrics: ServerMetrics): OwnCounts {
  const [comments, folded = 0, skipped = 0] = ['accepted', 'folded', 'skipped'].map((verdict) =>
    metrics.sum('barrage_events_total', 'lane="chat"', `verdict="${verdict}"`),
  );
  return { comments, notShown: folded + skipped, loopDelayMs: metrics.loopDelay?.ms };
}
