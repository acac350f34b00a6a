import { decodeEvent } from '../protocol/protobuf-batch.ts';
import type { SealedEvent } from '../protocol/sealed-event.ts';

/**
 * Whether a retract takes the event out of the logs: words that were said, so comments, superchats and notices. A gift was paid for, and is
 * told to whoever comes later all the same; a client may hide it. States and retracts are what the room has become by them.
 */
export function isRetractable(event: SealedEvent): boolean {
  const body = decodeEvent(event.protobuf);
  return 'comment' in body || 'superchat' in body || 'notice' in body;
}
