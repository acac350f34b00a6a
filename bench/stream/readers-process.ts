// Thousands of readers of server-sent events on plain sockets, in a process of its own. It does what IPC messages order
// (stream-messages.ts), and ends with the channel to the process that started it.
import { openMany } from '../lib/open-many.ts';
import { Arrivals } from '../load/arrivals.ts';
import { MessageMemo } from '../load/message-memo.ts';
import { tailOf } from '../rooms/tail-latency.ts';
import { type ChunkFacts, readChunk } from './chunk-facts.ts';
import type { StreamsOrder, StreamsReport, WriteNote } from './stream-messages.ts';
import { type ReaderParts, StreamReader } from './stream-reader.ts';

const FROM = '127.3.0.3';
/** Readers whose latencies are measured. */
const SAMPLED = 500;

const readers: StreamReader[] = [];
const memo = new MessageMemo(({ bytes, start, end }) => readChunk(bytes.subarray(start, end)));
const arrivals = new Arrivals<WriteNote>();

const plain: ReaderParts = { factsOf };
const sampled: ReaderParts = { factsOf, received: measure };
const first: ReaderParts = {
  factsOf,
  received(facts) {
    measure(facts);
    for (const bytes of facts.batches) arrivals.note((ms) => ({ ms, bytes }));
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
      arrivals.begin();
      return;
    case 'report':
      return report();
  }
}

async function open({ port, path, count }: Extract<StreamsOrder, { do: 'open' }>): Promise<void> {
  const every = Math.max(1, Math.floor(count / SAMPLED));
  await openMany({ count }, async () => {
    const reader = new StreamReader(readers.length === 0 ? first : readers.length % every === 0 ? sampled : plain);
    readers.push(reader);
    await reader.open({ port, path, from: FROM });
  });
}

function factsOf(events: Buffer): ChunkFacts {
  return memo.factsOf({ bytes: events, start: 0, end: events.length });
}

function measure({ times }: ChunkFacts): void {
  arrivals.take(times);
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
    latency: tailOf(arrivals.latencies),
    notes: arrivals.notes,
  };
}
