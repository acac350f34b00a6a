import fc from 'fast-check';
import type { Event, EventBody, User } from '../../src/protocol/event.ts';
import { decodeEvent, encodeBody } from '../../src/protocol/protobuf-batch.ts';
import { SealedEvent } from '../../src/protocol/sealed-event.ts';
import { START_UNIX_MS } from './manual-clock.ts';

export const ANN: User = { id: 'u1', name: 'Ann' };

export function commentBody(text: string): EventBody {
  return { comment: { user: ANN, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } };
}

export function sealed(body: EventBody, offset: number): SealedEvent {
  return SealedEvent.seal(encodeBody(body), { offset, at: START_UNIX_MS });
}

/** A comment that says its own offset. */
export function sealedComment(offset: number): SealedEvent {
  return sealed(commentBody(`c${offset}`), offset);
}

/** A comment by a viewer, by default always the same. */
export function sealedText(text: string, offset: number, user: User = ANN): SealedEvent {
  return sealed({ comment: { user, text, mode: 'scroll', color: 0xffffff, size: 25, repeat: 1 } }, offset);
}

/** A notice that says its own offset. */
export function sealedNotice(offset: number): SealedEvent {
  return sealed({ notice: { text: `p${offset}` } }, offset);
}

/** An event without its stamp. */
export function bodyOf(event: SealedEvent): EventBody {
  const { at: _at, offset: _offset, ...body } = decodeEvent(event.protobuf) as Event & Record<string, unknown>;
  return body as EventBody;
}

export function offsetsOf(events: readonly { readonly offset: number }[]): number[] {
  return events.map(({ offset }) => offset);
}

// Any well-formed text: astral characters, controls, U+0000 and a leading U+FEFF among it.
const text = fc.string({ unit: 'binary', maxLength: 12 });
// An empty list of badges is none: protobuf cannot tell the two apart.
const user = fc.record({ id: text, name: text, badges: fc.array(text, { minLength: 1, maxLength: 3 }) }, { requiredKeys: ['id', 'name'] });
const count = fc.integer({ min: 0, max: 0xffff_ffff });
const wide = fc.maxSafeNat();

const comment = fc.record({
  user,
  text,
  mode: fc.constantFrom('scroll' as const, 'top' as const, 'bottom' as const),
  color: fc.oneof(fc.constant(0xffffff), fc.integer({ min: 0, max: 0xffffff })),
  size: fc.oneof(fc.constant(25), fc.integer({ min: 12, max: 64 })),
  repeat: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 0xffff_ffff })),
});

const on = fc.constant(true as const);
// An empty list sets nothing, like a mode that is off: both are left out.
const words = fc.array(text, { minLength: 1, maxLength: 3 });
const settings = fc.record(
  {
    title: text,
    chatPerSecond: count,
    slowModeSeconds: count,
    minLevel: count,
    badges: words,
    followersOnly: on,
    emoteOnly: on,
    muted: on,
    blockedWords: words,
  },
  { requiredKeys: [] },
);

/** Any event that a codec may be handed, whether or not a server would let it in. */
export const anyBody: fc.Arbitrary<EventBody> = fc.oneof(
  fc.record({ comment }),
  fc.record({
    gift: fc.record(
      { user, giftId: text, name: text, count, combo: fc.oneof(fc.constant(0), count), value: wide },
      { requiredKeys: ['user', 'giftId', 'name', 'count', 'value'] },
    ),
  }),
  fc.record({ superchat: fc.record({ user, text, value: wide, pinMs: wide }) }),
  fc.record({ notice: fc.record({ text }) }),
  fc.record({ retract: fc.record({ refs: fc.array(text, { maxLength: 4 }) }) }),
  fc.record({ state: settings }),
  fc.record({ like: fc.record({ count, total: wide }) }),
  fc.record({ enter: fc.record({ user }) }),
  fc.record({ online: fc.record({ count }) }),
);
