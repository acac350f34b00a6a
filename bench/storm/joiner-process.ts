// Thousands of viewers who join as fast as they are let in, in a process of its own. It does what IPC messages order (join-messages.ts),
// and ends with the channel to the process that started it.
import { setTimeout as pause } from 'node:timers/promises';
import { readFrame } from '../load/frame-facts.ts';
import type { ViewerPlace } from '../load/frame-socket.ts';
import { LoadViewer, type ViewerParts } from '../load/load-viewer.ts';
import { MessageMemo } from '../load/message-memo.ts';
import { monotonicMs } from '../waiters/messages.ts';
import type { BackFigures, JoinedFigures, JoinNews, JoinOrder } from './join-messages.ts';

/** While nothing listens: as often as a client of ours could at the most. */
const RETRY_MS = 20;

const parts: ViewerParts = { memo: new MessageMemo(readFrame), lost };
const viewers: LoadViewer[] = [];
const present = new Set<LoadViewer>();
const queue: LoadViewer[] = [];
const codes: Record<string, number> = {};
const times = { firstLostAt: 0, lastLostAt: 0, firstBackAt: 0, lastBackAt: 0 };
/** Were cut off once at least. */
const returning = new Set<LoadViewer>();
let comeBack = false;
let joinedBytes = Number.POSITIVE_INFINITY;
let inFlight = 1;
let working = 0;
let settled: (() => void) | undefined;

process.on('disconnect', () => process.exit());
process.on('message', async (order: JoinOrder) => {
  const news: JoinNews = await obey(order);
  process.send?.(news);
});

async function obey(order: JoinOrder): Promise<JoinNews> {
  switch (order.do) {
    case 'join':
      return { joined: await joinAll(order) };
    case 'come-back':
      comeBack = true;
      return {};
    case 'are-back':
      return { back: await allBack() };
  }
}

async function joinAll({ count, inFlight: most, ...place }: Extract<JoinOrder, { do: 'join' }>): Promise<JoinedFigures> {
  inFlight = most;
  const newOnes = Array.from({ length: count }, () => new LoadViewer(place satisfies ViewerPlace, parts));
  viewers.push(...newOnes);
  queue.push(...newOnes);
  const startedAt = monotonicMs();
  const cpu = process.cpuUsage();
  await Promise.all(Array.from({ length: Math.min(inFlight, count) }, work));
  const { user, system } = process.cpuUsage(cpu);
  return {
    seconds: (monotonicMs() - startedAt) / 1000,
    joined: newOnes.filter((viewer) => present.has(viewer)).length,
    bytes: joinedBytes,
    cpuSeconds: (user + system) / 1e6,
  };
}

/** Lets one after the other in, until nobody waits. */
async function work(): Promise<void> {
  working++;
  for (let viewer = queue.shift(); viewer; viewer = queue.shift()) await letIn(viewer);
  working--;
  if (working === 0) settled?.();
}

async function letIn(viewer: LoadViewer): Promise<void> {
  for (;;) {
    try {
      await viewer.join();
    } catch (error) {
      if (!comeBack) throw error;
      await pause(RETRY_MS); // it has not started again yet
      continue;
    }
    // One that was refused, or cut off while it joined, is not there. It tries again where it is to come back.
    if (viewer.isConnected) break;
    if (!comeBack) return;
    await pause(RETRY_MS);
  }
  present.add(viewer);
  if (!comeBack) {
    // The least of them: others had more in the same read.
    joinedBytes = Math.min(joinedBytes, viewer.tally.bytes);
    return;
  }
  times.lastBackAt = monotonicMs();
  times.firstBackAt ||= times.lastBackAt;
}

function lost(viewer: LoadViewer, code: number): void {
  // A connection that did not come about is told of as well: `letIn` sees to it.
  if (!present.delete(viewer)) return;
  codes[code] = (codes[code] ?? 0) + 1;
  times.lastLostAt = monotonicMs();
  times.firstLostAt ||= times.lastLostAt;
  if (!comeBack) return;
  returning.add(viewer);
  queue.push(viewer);
  if (working < inFlight) void work();
}

async function allBack(): Promise<BackFigures> {
  // Who is there may not have read yet that the server has closed.
  while (returning.size < viewers.length || present.size < viewers.length) {
    await new Promise<void>((resolve) => {
      settled = resolve;
    });
  }
  const recovered = viewers.filter(({ unrecovered }) => unrecovered === 0).length;
  return { ...times, codes, back: present.size, recovered };
}
