import type { Comment } from '../../src/protocol/event.ts';
import type { ServerFrame } from '../../src/protocol/frame.ts';
import { encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { generateComments } from '../comment-generator.ts';

const AT = 1_795_300_000_000;
const SEED = 1;

/** Comments as a room holds them, from the generator: always the same. */
export function sampleComments(count: number): Comment[] {
  const comments: Comment[] = [];
  for (const record of generateComments({ seed: SEED, rate: 10, seconds: 0 })) {
    if (comments.length === count) break;
    const { user, text, mode, color, size } = record;
    comments.push({ user: { id: user, name: user }, text, mode, color, size, repeat: 1 });
  }
  return comments;
}

/** The same, as a process keeps them: sealed, with their JSON made, numbered from 1. */
export function sampleEvents(count: number): SealedEvent[] {
  return sampleComments(count).map((comment, index) => {
    const event = SealedEvent.seal(encodeBody({ comment }), { offset: index + 1, at: AT + index });
    void event.json;
    return event;
  });
}

/** The frame of one chat flush. */
export function chatFrame(events: readonly SealedEvent[]): ServerFrame<SealedEvent> {
  return { batch: { lane: 'chat', from: 0, to: events.length, skipped: 0, events } };
}
