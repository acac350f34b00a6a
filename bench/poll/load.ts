import { setTimeout as pause } from 'node:timers/promises';
import autocannon from 'autocannon';
import { cpuSecondsOf } from '../lib/proc-stat.ts';

/** How often every connection's request is made anew: about a flush of a busy room. */
const REFRESH_MS = 100;

/** A process that answers. */
export interface LoadTarget {
  /** `http://…` */
  readonly url: string;
  readonly pid: number;
}

export interface LoadRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface LoadOptions {
  readonly seconds: number;
  /** The share of its core that the answering process uses without this load, 0 to 1: `idleShareOf`. */
  readonly idleShare: number;
  readonly connections: number;
  /** What the connection of a place asks for from now on: asked for about once a flush. */
  readonly requestOf: (index: number) => LoadRequest;
}

export interface LoadFigures {
  readonly perSecond: number;
  /** Of the answering process's time, not of the clock's. */
  readonly perCpuSecond: number;
  /** How much of its core the answering process used, 0 to 1. */
  readonly busy: number;
  /**
   * Requests a second that would fill the core: what it has left beside the work that it does anyway, by what one more request takes of it.
   * The load generator takes a core of its own long before the answering process does, so this cannot be had by asking for more.
   */
  readonly perFullCore: number;
  readonly bytesPerAnswer: number;
  /** Answers that are neither 2xx nor 304, and requests without one. */
  readonly failed: number;
}

/** autocannon, over connections that are kept, one request at a time on each. */
export async function loadOn({ url, pid }: LoadTarget, options: LoadOptions): Promise<LoadFigures> {
  const cpuBefore = cpuSecondsOf(pid);
  const startedAt = performance.now();
  const result = await fire(url, options);
  const seconds = (performance.now() - startedAt) / 1000;
  const cpuSeconds = cpuSecondsOf(pid) - cpuBefore;
  const { total } = result.requests;
  const { idleShare } = options;
  const good = result['2xx'] + notModified(result);
  return {
    perSecond: total / seconds,
    perCpuSecond: total / cpuSeconds,
    busy: cpuSeconds / seconds,
    perFullCore: ((1 - idleShare) * total) / (cpuSeconds - idleShare * seconds),
    bytesPerAnswer: result.throughput.total / total,
    failed: result.errors + result.timeouts + (total - good),
  };
}

/** The share of its core that a process uses over `ms`. */
export async function idleShareOf({ pid }: LoadTarget, ms: number): Promise<number> {
  const cpuBefore = cpuSecondsOf(pid);
  const startedAt = performance.now();
  await pause(ms);
  return (cpuSecondsOf(pid) - cpuBefore) / ((performance.now() - startedAt) / 1000);
}

async function fire(url: string, { seconds, connections, requestOf }: LoadOptions): Promise<autocannon.Result> {
  const clients: autocannon.Client[] = [];
  const setupClient = (client: autocannon.Client) => {
    // Its list, not its one request: that lasts for one turn of the list only.
    client.setRequests([requestOf(clients.push(client) - 1)]);
  };
  const instance = autocannon({ url, connections, duration: seconds, setupClient });
  const refreshing = setInterval(() => {
    for (const [index, client] of clients.entries()) client.setRequests([requestOf(index)]);
  }, REFRESH_MS);
  try {
    return await instance;
  } finally {
    clearInterval(refreshing);
  }
}

function notModified(result: autocannon.Result): number {
  // Told since version 7, and missing from the types.
  const { statusCodeStats } = result as { statusCodeStats?: Record<string, { count: number }> };
  return statusCodeStats?.['304']?.count ?? 0;
}
