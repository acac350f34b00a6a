import { httpGet } from '../lib/http-get.ts';
import { pause } from '../lib/interrupt.ts';
import { cpuSecondsOf, residentBytesOf } from '../lib/proc-stat.ts';
import type { ScenarioContext } from '../lib/scenario.ts';
import { startServer } from '../lib/server-process.ts';
import { type Spread, spreadOf } from '../lib/spread.ts';
import type { LatencySummary } from '../load/latency-summary.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import { ServerMetrics } from '../load/server-metrics.ts';
import { ViewerCrowd } from '../load/viewer-crowd.ts';
import type { CrowdReport } from '../load/viewer-messages.ts';
import { Churn } from './churn.ts';
import type { ChurnCounts } from './churn-messages.ts';

const ROOM = 'bench';
const WARM_UP_SECONDS = 3;
/** Said for so much longer than is measured: intervals end a little late. */
const SPARE_SECONDS = 30;
const LOOK_MS = 250;
/** The end of an interval, at most: events are not measured any more, those that were have the time to arrive. */
const MAX_SETTLE_MS = 1000;

export interface SoakLoad {
  readonly viewers: number;
  readonly rate: number;
  readonly giftsPerSecond: number;
  /** How many come a second, and as many leave. */
  readonly churn: number;
  readonly staySeconds: number;
  readonly seconds: number;
  readonly intervals: number;
}

export interface SoakInterval {
  /** Since the warm-up, in seconds. */
  readonly from: number;
  readonly to: number;
  /** Bytes, over several looks. */
  readonly resident: Spread;
  /** Bytes as /metrics has them, at the end: objects of JavaScript, and what hangs on them outside. */
  readonly heap: number | undefined;
  readonly external: number | undefined;
  readonly chat: LatencySummary;
  readonly gifts: LatencySummary;
  readonly cpuShare: number;
  readonly loopDelayMs: number | undefined;
  /** In this interval. */
  readonly came: number;
}

export interface SoakFigures {
  readonly intervals: readonly SoakInterval[];
  /** At the end. */
  readonly crowd: CrowdReport;
  readonly churn: ChurnCounts;
}

/** A room that is as busy all the time, looked at over and over. @param done - told of each interval */
export async function measureSoak(load: SoakLoad, context: ScenarioContext, done: (intervals: number) => void): Promise<SoakFigures> {
  const { cores, signal } = context;
  const server = await startServer({ core: cores.server, signal });
  const publisher = new PostPublisher(cores.load);
  const crowd = new ViewerCrowd(cores.load);
  const churn = new Churn(cores.load);
  const { url, pid } = server;
  try {
    await crowd.open({ url, path: `/v1/ws?room=${ROOM}`, count: load.viewers });
    await churn.begin({ port: Number(new URL(url).port), room: ROOM, perSecond: load.churn, staySeconds: load.staySeconds });
    const seconds = WARM_UP_SECONDS + load.seconds + SPARE_SECONDS;
    const publishing = publisher.publish({ url, room: ROOM, seconds, rate: load.rate, giftsPerSecond: load.giftsPerSecond });
    // It is stopped before it is done. Where it fails by itself, viewers have nothing to measure: the intervals tell.
    publishing.catch(() => undefined);
    await pause(WARM_UP_SECONDS * 1000, signal);
    const metrics = async () => new ServerMetrics((await httpGet(`${url}/metrics`)).body.toString());
    await metrics(); // asking empties what was gathered of the loop's delays
    const startedAt = performance.now();
    const intervals: SoakInterval[] = [];
    for (let index = 0; index < load.intervals; index++) {
      signal.throwIfAborted();
      const endAt = startedAt + ((index + 1) * load.seconds * 1000) / load.intervals;
      intervals.push(await measureInterval({ pid, crowd, churn, metrics, signal }, { startedAt, endAt }));
      done(intervals.length);
    }
    signal.throwIfAborted();
    return { intervals, crowd: await crowd.report(), churn: await churn.report() };
  } finally {
    await publisher.stop();
    await churn.stop();
    await crowd.stop();
    await server.stop();
  }
}

interface SoakParts {
  readonly pid: number;
  readonly crowd: ViewerCrowd;
  readonly churn: Churn;
  readonly metrics: () => Promise<ServerMetrics>;
  readonly signal: AbortSignal;
}

/** Times are of `performance.now()`. */
async function measureInterval(parts: SoakParts, { startedAt, endAt }: { startedAt: number; endAt: number }): Promise<SoakInterval> {
  const { pid, crowd, churn, metrics, signal } = parts;
  const beganAt = performance.now();
  const cpuBefore = cpuSecondsOf(pid);
  const { came } = await churn.report();
  await crowd.measure();
  const settleMs = Math.min(MAX_SETTLE_MS, (endAt - beganAt) / 4);
  const resident = await watchResident(pid, { until: endAt - settleMs, signal });
  await crowd.measured();
  resident.push(...(await watchResident(pid, { until: endAt, signal })));
  const { chat, priority } = (await crowd.report()).latencies;
  const told = await metrics();
  const now = performance.now();
  return {
    from: (beganAt - startedAt) / 1000,
    to: (now - startedAt) / 1000,
    resident: spreadOf(resident),
    heap: told.sum('nodejs_heap_size_used_bytes'),
    external: told.sum('nodejs_external_memory_bytes'),
    chat,
    gifts: priority,
    cpuShare: ((cpuSecondsOf(pid) - cpuBefore) * 1000) / (now - beganAt),
    loopDelayMs: told.loopDelay?.ms,
    came: (await churn.report()).came - came,
  };
}

/** Looks once at least. */
async function watchResident(pid: number, { until, signal }: { until: number; signal: AbortSignal }): Promise<number[]> {
  const samples: number[] = [];
  do {
    samples.push(residentBytesOf(pid));
    await pause(Math.max(0, Math.min(LOOK_MS, until - performance.now())), signal);
  } while (performance.now() < until && !signal.aborted);
  return samples;
}
