// Thousands of viewers of one room on plain sockets, in a process of its own, whatever server it is. It does what IPC messages order
// (crowd-messages.ts), and ends with the channel to the process that started it.
import { Lane } from '../../src/protocol/event.ts';
import { Latencies } from '../lib/latencies.ts';
import { openMany } from '../lib/open-many.ts';
import { MessageMemo } from '../load/message-memo.ts';
import type { FrameNote } from '../load/viewer-messages.ts';
import type { PeerCrowdOrder, PeerCrowdReport, PeerOpenOrder } from './crowd-messages.ts';
import { DIALECTS, type MessageFacts } from './dialect.ts';
import { PeerViewer, type PeerViewerParts } from './peer-viewer.ts';

const notes: FrameNote[] = [];
let notesSince = Number.NaN;
let connected = 0;
let sampledViewers = 0;
let frames = 0;
let bytes = 0;
let comments = 0;
let latencies = new Latencies();
let from = Number.POSITIVE_INFINITY;
let until = Number.POSITIVE_INFINITY;

process.on('disconnect', () => process.exit());
process.on('message', async (order: PeerCrowdOrder) => {
  await obey(order);
  process.send?.(report());
});

async function obey(order: PeerCrowdOrder): Promise<void> {
  switch (order.do) {
    case 'open':
      await open(order);
      return;
    case 'note':
      notes.length = 0;
      notesSince = performance.now();
      return;
    case 'measure':
      latencies = new Latencies();
      from = order.from;
      until = Number.POSITIVE_INFINITY;
      return;
    case 'measured':
      until = order.until;
      return;
    case 'report':
      return;
  }
}

async function open({ dialect: name, count: total, sampleEvery, ...place }: PeerOpenOrder): Promise<void> {
  const dialect = DIALECTS[name];
  const common = { dialect, memo: new MessageMemo(dialect.read), lost: () => void connected-- };
  const plain: PeerViewerParts = { ...common, received: count };
  const sampled: PeerViewerParts = { ...common, received: measure };
  const first: PeerViewerParts = { ...common, received: note };
  await openMany({ count: total }, async (index) => {
    connected++;
    const isSampled = index % sampleEvery === 0;
    if (isSampled) sampledViewers++;
    await new PeerViewer(place, index === 0 ? first : isSampled ? sampled : plain).join();
  });
}

function count(facts: MessageFacts, _payloadBytes: number, frameBytes: number): void {
  frames++;
  bytes += frameBytes;
  comments += facts.times.length;
}

function measure(facts: MessageFacts, payloadBytes: number, frameBytes: number): void {
  count(facts, payloadBytes, frameBytes);
  if (facts.times.length === 0) return;
  // Comments' own times are whole milliseconds, which adds up to one.
  const now = performance.timeOrigin + performance.now();
  for (const at of facts.times) if (at >= from && at < until) latencies.add(now - at);
}

function note(facts: MessageFacts, payloadBytes: number, frameBytes: number): void {
  measure(facts, payloadBytes, frameBytes);
  const { lane = Lane.chat, times } = facts;
  if (!Number.isNaN(notesSince)) notes.push({ ms: performance.now() - notesSince, lane, bytes: payloadBytes, events: times.length });
}

function report(): PeerCrowdReport {
  const [p50 = 0, p99 = 0, p999 = 0] = latencies.count === 0 ? [] : [50, 99, 99.9].map((percent) => latencies.percentile(percent));
  return { connected, sampled: sampledViewers, frames, bytes, comments, latency: { count: latencies.count, p50, p99, p999 }, notes };
}
