// Thousands of readers of server-sent events on plain sockets, in a process of its own. It does what IPC messages order
// (stream-messages.ts), and ends with the channel to the process that started it.
import { Latencies } from '../lib/latencies.ts';
import { tailOf } from '../rooms/tail-latency.ts';
import { type ChunkFacts, readChunk } from './chunk-facts.ts';
import type { StreamsOrder, StreamsReport, WriteNote } from './stream-messages.ts';
import { type ReaderParts, StreamReader } from './stream-reader.ts';

/** Connections being set up at once: fewer than a server's backlog holds. */
const OPENING = 200;
const FROM = '127.3.0.3';
/** Readers whose latencies are measured. */
const SAMPLED = 500;
/** Writes that may be under way to different readers at a time. */
const REMEMBERED = 8;

const readers: StreamReader[] = [];
const remembered: { bytes: Buffer; facts: ChunkFacts }[] = [];
let oldest = 0;
let latencies = new Latencies();
let notes: WriteNote[] = [];
let since = Number.NaN;
let sinceUnix = Number.POSITIVE_INFINITY;

const plain: ReaderParts = { factsOf };
const sampled: ReaderParts = { factsOf, received: measure };
const first: ReaderParts = {
  factsOf,
  received(facts) {
    measure(facts);
    if (Number.isNaN(since)) return;
    for (const bytes of facts.batches) notes.push({ ms: performance.now() - since, bytes });
  },
};

process.on('disconnect', () => process.exit());
process.on('message', async (order: StreamsOrder) => {
  process.send?.((await obey(order)) ?? {});
});

async function obey(order: StreamsOrder): Promise<StreamsReport | undefined> {
  switch (order.do) {
    case 'open':
      await open(order);
      return;
    case 'measure':
      latencies = new Latencies();
      notes = [];
      since = performance.now();
      sinceUnix = Date.now();
      return;
    case 'report':
      return report();
  }
}

async function open({ port, path, count }: Extract<StreamsOrder, { do: 'open' }>): Promise<void> {
  let left = count;
  const every = Math.max(1, Math.floor(count / SAMPLED));
  const openSome = async () => {
    while (left > 0) {
      left--;
      const reader = new StreamReader(readers.length === 0 ? first : readers.length % every === 0 ? sampled : plain);
      readers.push(reader);
      await reader.open({ port, path, from: FROM });
    }
  };
  await Promise.all(Array.from({ length: OPENING }, openSome));
}

/** Reads the same bytes once, though thousands of readers get them. */
function factsOf(events: Buffer): ChunkFacts {
  for (const { bytes, facts } of remembered) if (bytes.length === events.length && bytes.equals(events)) return facts;
  const facts = readChunk(events);
  remembered[oldest] = { bytes: Buffer.from(events), facts };
  oldest = (oldest + 1) % REMEMBERED;
  return facts;
}

function measure({ times }: ChunkFacts): void {
  const now = performance.timeOrigin + performance.now();
  for (const at of times) if (at >= sinceUnix) latencies.add(now - at);
}

function report(): StreamsReport {
  const sum = (of: (reader: StreamReader) => number) => readers.reduce((total, reader) => total + of(reader), 0);
  return {
    connected: readers.filter(({ isConnected }) => isConnected).length,
    bytes: sum(({ bytes }) => bytes),
    batches: sum(({ batches }) => batches),
    comments: sum(({ comments }) => comments),
    skipped: sum(({ skipped }) => skipped),
    gaps: sum(({ gaps }) => gaps),
    latency: tailOf(latencies),
    notes,
  };
}
