import { pause } from '../lib/interrupt.ts';
import type { Cores } from '../lib/pinning.ts';
import { PostPublisher } from '../load/post-publisher.ts';
import { ProcessWatch } from '../load/process-watch.ts';
import type { PeerCrowdReport } from '../peers/crowd-messages.ts';
import { PeerCrowd } from '../peers/peer-crowd.ts';
import type { Stand } from './stand.ts';

const WARM_UP_SECONDS = 2;
/** For what is on its way when the window ends. */
const LATE_MS = 1000;
const ROOM = 'hot';
/** Crowds and publishers, whatever the number of servers: the load is the same then. */
const PARTS = 2;

export interface FanOutOptions {
  readonly viewers: number;
  readonly rate: number;
  readonly seconds: number;
  readonly cores: Cores;
  readonly signal: AbortSignal;
}

export interface FanOutRun {
  readonly deliveredPerSecond: number;
  readonly framesPerSecond: number;
  /** The larger of the crowds'. */
  readonly p50: number;
  readonly p99: number;
  /** Of one core; of all servers together. */
  readonly serverShare: number;
  readonly redisShare: number;
  readonly loadShare: number;
  readonly lost: number;
  readonly refused: number;
}

/** One room whose viewers, and whose comments, come to the servers in turn. */
export async function measureFanOut(stand: Stand, { viewers, rate, seconds, cores, signal }: FanOutOptions): Promise<FanOutRun> {
  const urls = Array.from({ length: PARTS }, (_, index) => stand.servers[index % stand.servers.length]?.url ?? '');
  const crowds = urls.map(() => new PeerCrowd(cores.load));
  const publishers = urls.map(() => new PostPublisher(cores.load));
  const watches: ProcessWatch[] = [];
  try {
    const count = viewers / PARTS;
    await Promise.all(
      crowds.map((crowd, index) => crowd.open({ url: urls[index] ?? '', path: `/v1/ws?room=${ROOM}`, dialect: 'barrage', count })),
    );
    signal.throwIfAborted();
    const order = { room: ROOM, rate: rate / PARTS, giftsPerSecond: 0, seconds: WARM_UP_SECONDS + seconds };
    const publishing = Promise.all(publishers.map((publisher, index) => publisher.publish({ ...order, url: urls[index] ?? '' })));
    publishing.catch(() => undefined); // told where it is awaited
    await pause(WARM_UP_SECONDS * 1000, signal);
    const before = await Promise.all(crowds.map((crowd) => crowd.order({ do: 'measure', from: Date.now() })));
    const startedAt = performance.now();
    const watch = (pid: number) => {
      const one = new ProcessWatch(pid);
      watches.push(one);
      return one;
    };
    const servers = stand.servers.map(({ pid }) => watch(pid));
    const redis = stand.redis ? [watch(stand.redis.pid)] : [];
    const load = [...crowds, ...publishers].map(({ pid }) => watch(pid));
    await pause(seconds * 1000, signal);
    signal.throwIfAborted();
    const [serverShare, redisShare, loadShare] = [servers, redis, load].map((each) => sumOf(each, (one) => one.end().cpuShare));
    const after = await Promise.all(crowds.map((crowd) => crowd.order({ do: 'measured', until: Date.now() })));
    const measured = (performance.now() - startedAt) / 1000;
    const posts = await publishing;
    await pause(LATE_MS, signal);
    const end = await Promise.all(crowds.map((crowd) => crowd.order({ do: 'report' })));
    const perSecond = (of: (report: PeerCrowdReport) => number) => (sumOf(after, of) - sumOf(before, of)) / measured;
    return {
      deliveredPerSecond: perSecond(({ comments }) => comments),
      framesPerSecond: perSecond(({ frames }) => frames),
      p50: Math.max(...end.map(({ latency }) => latency.p50)),
      p99: Math.max(...end.map(({ latency }) => latency.p99)),
      serverShare: serverShare ?? 0,
      redisShare: redisShare ?? 0,
      loadShare: loadShare ?? 0,
      lost: viewers - sumOf(end, ({ connected }) => connected),
      refused: sumOf(posts, ({ comments: { refused, unknown } }) => unknown + sumOf(Object.values(refused), (count) => count)),
    };
  } finally {
    for (const each of watches) each.cancel();
    await Promise.all([...crowds, ...publishers].map((child) => child.stop()));
  }
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
