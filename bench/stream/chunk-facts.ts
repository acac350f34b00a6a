/** What came over a stream since last time, as far as the load generator cares. */
export interface ChunkFacts {
  /** Of batches: their lengths on the wire in bytes, without the chunks' sizes. */
  readonly batches: readonly number[];
  /** In the chat lane: what the first batch goes on from and where the last one ends; nothing without one. */
  readonly range: { readonly from: number; readonly to: number } | undefined;
  /** Comments that those in it stand for. */
  readonly comments: number;
  readonly skipped: number;
  /** When each of its events was stored, Unix milliseconds. */
  readonly times: readonly number[];
}

interface BatchJson {
  readonly lane: string;
  readonly from?: number;
  readonly to?: number;
  readonly skipped?: number;
  readonly events: readonly { readonly at: number; readonly comment?: { readonly repeat?: number } }[];
}

/** One event of a stream named `batch`: JSON has no line's end within. What lies between events are sizes of chunks. */
const BATCH = /event: batch\n(?:id: .*\n)?data: (.*)\n\n/g;
const END_OF_EVENT = Buffer.from('\n\n');

/** Reads whole events. @throws SyntaxError for data that is no JSON */
export function readChunk(bytes: Buffer): ChunkFacts {
  const lengths: number[] = [];
  const times: number[] = [];
  let range: { from: number; to: number } | undefined;
  let comments = 0;
  let skipped = 0;
  for (const [event, data = ''] of bytes.toString('utf8').matchAll(BATCH)) {
    const batch = JSON.parse(data) as BatchJson; // as the contract has it
    lengths.push(Buffer.byteLength(event));
    skipped += batch.skipped ?? 0;
    if (batch.lane === 'chat') range = { from: range?.from ?? batch.from ?? 0, to: batch.to ?? 0 };
    for (const { at, comment } of batch.events) {
      times.push(at);
      if (comment) comments += comment.repeat ?? 1;
    }
  }
  return { batches: lengths, range, comments, skipped, times };
}

/** Where what is whole ends. 0: there is no whole event. */
export function endOfEvents(bytes: Buffer): number {
  const at = bytes.lastIndexOf(END_OF_EVENT);
  return at < 0 ? 0 : at + END_OF_EVENT.length;
}
