// Thousands of viewers on plain sockets, in a process of its own: they count what they are sent. It does what IPC messages order
// (viewer-messages.ts), and ends with the channel to the process that started it.
import { openMany } from '../lib/open-many.ts';
import { type BatchFacts, readFrame } from './frame-facts.ts';
import { LatencyWindow } from './latency-window.ts';
import { LoadViewer, type ViewerParts } from './load-viewer.ts';
import { MessageMemo } from './message-memo.ts';
import type { CrowdNews, CrowdOrder, CrowdReport, FrameNote, OpenOrder } from './viewer-messages.ts';
import { reportOf } from './viewers-report.ts';

const COME_BACK_MS = 200;

const viewers: LoadViewer[] = [];
const memo = new MessageMemo(readFrame);
const window = new LatencyWindow();
const notes: FrameNote[] = [];
const closed: Record<string, number> = {};
let notesSince = Number.NaN;
let lostOnes: 'stay-away' | 'come-back' = 'stay-away';

const plain: ViewerParts = { memo, lost };
const sampled: ViewerParts = { memo, lost, received: measure };
const first: ViewerParts = {
  memo,
  lost,
  received(batch, bytes) {
    measure(batch);
    if (!Number.isNaN(notesSince)) notes.push({ ms: performance.now() - notesSince, lane: batch.lane, bytes, events: batch.times.length });
  },
};

process.on('disconnect', () => process.exit());
process.on('message', async (order: CrowdOrder) => {
  const report = await obey(order);
  process.send?.((report ? { done: order.do, report } : { done: order.do }) satisfies CrowdNews);
});

async function obey(order: CrowdOrder): Promise<CrowdReport | undefined> {
  switch (order.do) {
    case 'open':
      await open(order);
      return;
    case 'note':
      notes.length = 0;
      notesSince = performance.now();
      return;
    case 'measure':
      window.begin(order.from);
      return;
    case 'measured':
      window.end(order.until);
      return;
    case 'pause':
      for (const viewer of viewers.slice(order.first, order.first + order.count)) viewer.pause();
      return;
    case 'resume':
      lostOnes = 'come-back';
      for (const viewer of viewers) {
        if (viewer.isConnected) viewer.resume();
        else await viewer.join();
      }
      return;
    case 'report':
      return report();
  }
}

async function open({ count, sampleEvery, ...place }: OpenOrder): Promise<void> {
  await openMany({ count }, async () => {
    const viewer = new LoadViewer(place, viewers.length === 0 ? first : viewers.length % sampleEvery === 0 ? sampled : plain);
    viewers.push(viewer);
    await viewer.join();
  });
}

function lost(viewer: LoadViewer, code: number): void {
  closed[code] = (closed[code] ?? 0) + 1;
  if (lostOnes === 'come-back') setTimeout(() => void viewer.join(), COME_BACK_MS);
}

function measure(batch: BatchFacts): void {
  // Whole milliseconds would be as good as the events' own times, and no better.
  window.take(batch, performance.timeOrigin + performance.now());
}

function report(): CrowdReport {
  return {
    ...reportOf(viewers.map(({ tally }) => tally)),
    latencies: window.summary,
    connected: viewers.filter(({ isConnected }) => isConnected).length,
    closed,
    unrecovered: viewers.reduce((sum, { unrecovered }) => sum + unrecovered, 0),
    distinctFrames: memo.readCount,
    notes,
  };
}
