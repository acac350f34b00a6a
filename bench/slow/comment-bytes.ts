import { commentOf } from '../../src/protocol/event-schema.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { draftOf } from '../comment-record.ts';
import { commentSupply } from '../lib/comment-supply.ts';
import type { RoomLoad } from '../load/barrage-broadcaster.ts';
import { lengthened } from '../load/long-comments.ts';

const SAMPLE = 500;
/** Offset and time, and the field's own tag and length. */
const AROUND_BODY_BYTES = 14;

/** What a comment of a load takes in a frame, on average. */
export async function commentBytes({ rate, file, codePoints }: RoomLoad & { readonly codePoints: number }): Promise<number> {
  let bytes = 0;
  let count = 0;
  for await (const record of lengthened((await commentSupply(file, rate)).comments, codePoints)) {
    const draft = draftOf(record);
    bytes += encodeBody({ comment: commentOf(draft, draft.user ?? { id: '', name: '' }) }).length + AROUND_BODY_BYTES;
    if (++count === SAMPLE) break;
  }
  return bytes / count;
}
