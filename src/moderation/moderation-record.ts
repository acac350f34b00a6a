import type { Entry } from '../broker/entry.ts';
import { decodeEvent, encodeBody } from '../protocol/protobuf-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';
import type { ModerationAction } from './moderation-action.ts';
import type { SanctionsSnapshot } from './sanctions.ts';

/** One entry of a room's log of moderation. */
export type ModerationRecord =
  /** `mark` is the name by which the process that did it knows it again. */
  | { readonly action: ModerationAction; readonly mark: string }
  /** What the log amounts to up to and with the offset `through`. */
  | { readonly snapshot: SanctionsSnapshot; readonly through: number };

/** The broker orders and stores bytes: a record travels as JSON, in the one kind of event that is nothing but text. */
export function entryOfRecord(record: ModerationRecord): Entry {
  return { lane: 'priority', body: encodeBody({ notice: { text: JSON.stringify(record) } }) };
}

/** @throws Error when it is no record: this server alone writes them, so that is a fault */
export function recordOf(event: SealedEvent): ModerationRecord {
  const decoded = decodeEvent(event.protobuf);
  if (!('notice' in decoded)) throw new Error('a log of moderation holds something else');
  return JSON.parse(decoded.notice.text) as ModerationRecord;
}
