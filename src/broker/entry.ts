import type { Settings, User } from '../protocol/event.ts';
import type { PublishedBody } from '../protocol/event-schema.ts';
import { encodeBody } from '../protocol/protobuf-batch.ts';
import type { ComboKey } from './combo-book.ts';

/** An event on its way to the broker: the bytes of its body, made once, and what the broker itself must understand of it. */
export type Entry =
  | { readonly lane: 'chat'; readonly body: Uint8Array }
  | {
      readonly lane: 'priority';
      readonly body: Uint8Array;
      readonly settings?: Settings;
      readonly combo?: ComboKey;
      readonly retracts?: readonly string[];
    }
  | { readonly lane: 'ambient'; readonly likes: number }
  | { readonly lane: 'ambient'; readonly enter: User };

export function entryOf(body: PublishedBody): Entry {
  if ('like' in body) return { lane: 'ambient', likes: body.like.count };
  if ('enter' in body) return { lane: 'ambient', enter: body.enter.user };
  if ('comment' in body) return { lane: 'chat', body: encodeBody(body) };
  if ('state' in body) return { lane: 'priority', body: encodeBody(body), settings: body.state };
  if ('retract' in body) return { lane: 'priority', body: encodeBody(body), retracts: body.retract.refs };
  // A backend that numbers combos itself is taken at its word.
  if ('gift' in body && body.gift.combo === undefined) {
    return { lane: 'priority', body: encodeBody(body), combo: { userId: body.gift.user.id, giftId: body.gift.giftId } };
  }
  return { lane: 'priority', body: encodeBody(body) };
}
