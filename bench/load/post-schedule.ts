import type { Gift } from '../../src/protocol/event.ts';
import { type CommentRecord, draftOf } from '../comment-record.ts';

/** A request takes 64 KiB. */
const MAX_BODY_BYTES = 60_000;
/** At a low rate comments come one by one, and not a hundred every few seconds. */
const MAX_GATHERED_MS = 20;
const MAX_PER_REQUEST = 100;

/** A request, and when it is to be sent: by the clock, whatever became of the ones before. */
export interface DuePost {
  /** From the start. */
  readonly dueMs: number;
  readonly events: number;
  readonly body: string;
}

/** How many comments a request holds at `rate` comments a second. */
export function commentsPerPost(rate: number): number {
  return Math.max(1, Math.min(MAX_PER_REQUEST, Math.floor((rate * MAX_GATHERED_MS) / 1000)));
}

/** Cuts comments into requests. Each is due with the last of its comments; one that would be too long goes with fewer. */
export async function* commentPosts(
  comments: AsyncIterable<CommentRecord> | Iterable<CommentRecord>,
  { perPost, seconds }: { perPost: number; seconds: number },
): AsyncGenerator<DuePost> {
  let events: string[] = [];
  let bytes = 0;
  let dueMs = 0;
  for await (const record of comments) {
    if (record.atMs >= seconds * 1000) break;
    const event = JSON.stringify({ comment: draftOf(record) });
    const size = Buffer.byteLength(event) + 1;
    if (events.length === perPost || (events.length > 0 && bytes + size > MAX_BODY_BYTES)) {
      yield postOf(events, dueMs);
      events = [];
      bytes = 0;
    }
    events.push(event);
    bytes += size;
    dueMs = record.atMs;
  }
  if (events.length > 0) yield postOf(events, dueMs);
}

/** One gift a request, evenly over time, each of another viewer: none grows the row of one before. */
export function* giftPosts({ perSecond, seconds }: { perSecond: number; seconds: number }): Generator<DuePost> {
  for (let gift = 0; gift < Math.round(perSecond * seconds); gift++) {
    const id = `gift-giver-${gift}`;
    const body: Pick<Gift, 'user' | 'giftId' | 'count' | 'value'> = { user: { id, name: id }, giftId: 'rocket', count: 1, value: 990 };
    // Half a step late: not in one turn with the first comments of a second.
    yield postOf([JSON.stringify({ gift: body })], ((gift + 0.5) * 1000) / perSecond);
  }
}

function postOf(events: readonly string[], dueMs: number): DuePost {
  return { dueMs, events: events.length, body: `{"events":[${events.join(',')}]}` };
}
