import type { Cursor } from '../../src/protocol/cursor.ts';
import type { SharedFrame } from '../../src/shard/shared-frame.ts';
import type { SharedJoined } from '../../src/shard/shared-joined.ts';

/** Where a client stands after one more of its room's frames. */
export function cursorAfter(cursor: Cursor, shared: SharedFrame | SharedJoined): Cursor {
  if ('joined' in shared) return shared.cursor;
  const { lane, to } = shared.batch;
  return lane === 'ambient' ? cursor : { ...cursor, [lane]: to };
}
