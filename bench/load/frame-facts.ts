import { Lane } from '../../src/protocol/event.ts';
import { FieldReader } from './field-reader.ts';
import type { Slice } from './frame-cutter.ts';

// Field numbers of proto/barrage/v1. Read by hand and not by the generated code: a load generator wants a few numbers of a frame, and no text.
const FRAME = { joined: 1, batch: 2 };
const JOINED = { cursor: 3, recovered: 4, batches: 6 };
const BATCH = { lane: 1, from: 2, to: 3, skipped: 4, events: 5 };
const EVENT = { at: 2, comment: 3, gift: 4 };
const COMMENT = { repeat: 6 };
const LANES: readonly Lane[] = [Lane.ambient, Lane.priority, Lane.chat, Lane.ambient];

/** What the load generator knows of a batch. */
export interface BatchFacts {
  readonly lane: Lane;
  readonly from: number;
  readonly to: number;
  readonly skipped: number;
  /** Comments that those in the batch stand for. */
  readonly repeats: number;
  readonly gifts: number;
  /** When each of its events was stored, Unix milliseconds. */
  readonly times: readonly number[];
}

/** A server's frame, as far as the load generator cares. */
export type FrameFacts =
  | { readonly batch: BatchFacts }
  | { readonly joined: { readonly cursor: string; readonly recovered: boolean; readonly batches: readonly BatchFacts[] } }
  | { readonly other: true };

const OTHER: FrameFacts = { other: true };

/** @throws RangeError when the message is not one of `barrage.v1.protobuf` */
export function readFrame(message: Slice): FrameFacts {
  const frame = new FieldReader(message);
  while (frame.next()) {
    if (frame.field === FRAME.batch) return { batch: readBatch(frame.content) };
    if (frame.field === FRAME.joined) return { joined: readJoined(frame.content) };
  }
  return OTHER;
}

function readJoined(message: Slice): { cursor: string; recovered: boolean; batches: BatchFacts[] } {
  const joined = new FieldReader(message);
  const facts = { cursor: '', recovered: false, batches: [] as BatchFacts[] };
  while (joined.next()) {
    const { bytes, start, end } = joined.content;
    if (joined.field === JOINED.cursor) facts.cursor = bytes.toString('utf8', start, end);
    else if (joined.field === JOINED.recovered) facts.recovered = joined.value !== 0;
    else if (joined.field === JOINED.batches) facts.batches.push(readBatch(joined.content));
  }
  return facts;
}

function readBatch(message: Slice): BatchFacts {
  const batch = new FieldReader(message);
  const times: number[] = [];
  const facts = { lane: Lane.ambient as Lane, from: 0, to: 0, skipped: 0, repeats: 0, gifts: 0, times };
  while (batch.next()) {
    if (batch.field === BATCH.lane) facts.lane = LANES[batch.value] ?? Lane.ambient;
    else if (batch.field === BATCH.from) facts.from = batch.value;
    else if (batch.field === BATCH.to) facts.to = batch.value;
    else if (batch.field === BATCH.skipped) facts.skipped = batch.value;
    else if (batch.field === BATCH.events) addEvent(facts, batch.content);
  }
  return facts;
}

function addEvent(facts: { repeats: number; gifts: number; times: number[] }, message: Slice): void {
  const event = new FieldReader(message);
  let at = 0;
  while (event.next()) {
    if (event.field === EVENT.at) at = event.value;
    else if (event.field === EVENT.comment) facts.repeats += repeatOf(event.content);
    else if (event.field === EVENT.gift) facts.gifts++;
  }
  facts.times.push(at);
}

function repeatOf(message: Slice): number {
  const comment = new FieldReader(message);
  while (comment.next()) if (comment.field === COMMENT.repeat) return comment.value;
  return 1;
}
