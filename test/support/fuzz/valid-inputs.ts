import fc from 'fast-check';
import type { ClientFrame } from '../../../src/protocol/frame.ts';

const user = { id: 'u1', name: 'Ann' };
const draft = { text: '弹幕', mode: 'bottom', color: 0xffcc00, size: 25, user };

const COMMENTS = [{ text: 'hi' }, draft, { text: 'a b c', user: { id: 'u2' } }];
const LIKES = [{ count: 1 }, { count: 1000 }];
const EVENTS = [
  { comment: { ...draft, user: { ...user, badges: ['vip'] } } },
  { gift: { user, giftId: 'rocket', name: 'Rocket', count: 3, combo: 2, value: 990 } },
  { superchat: { user, text: 'hello', value: 500, pinMs: 60_000 } },
  { notice: { text: 'welcome' } },
  { retract: { refs: ['c1', 'p1'] } },
  { state: { title: 'Live', chatPerSecond: 40, slowModeSeconds: 1, minLevel: 0, badges: ['vip'], blockedWords: ['scam'], muted: false } },
  { like: { count: 5 } },
  { enter: { user } },
];

/** A list of events that may be published. */
const eventList = fc.array(fc.constantFrom(...EVENTS), { minLength: 1, maxLength: 5 }).map((events) => ({ events }));

/** By the last word of a path: what is posted there. */
export const VALID_BODIES: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  comments: fc.constantFrom(...COMMENTS),
  likes: fc.constantFrom(...LIKES),
  events: eventList,
  settings: fc.constantFrom({ slowModeSeconds: 10, emoteOnly: null }, { title: 'Live', blockedWords: ['scam'] }),
  moderation: fc.constantFrom(
    { delete: { refs: ['c1'] }, reason: 'spam' },
    { deleteAll: { user: 'u1' } },
    { mute: { user: 'u1', seconds: 600 } },
    { ban: { user: 'u2' } },
    { approve: { id: 'h1' } },
    { revokeToken: { tokenId: 't1' } },
  ),
};

/** A frame that may be sent; a join goes to one of `rooms`. */
export function validFrame(rooms: readonly string[], token: string): fc.Arbitrary<ClientFrame> {
  return fc.oneof(
    fc.record({ id: fc.nat(), join: fc.record({ room: fc.constantFrom(...rooms), cursor: fc.constantFrom(undefined, 'k3.3.17') }) }),
    fc.record({ id: fc.nat(), comment: fc.constantFrom(...(COMMENTS as Extract<ClientFrame, { comment: unknown }>['comment'][])) }),
    fc.record({ id: fc.nat(), like: fc.constantFrom(...LIKES) }),
    fc.constant({ ping: {} }),
    fc.constant({ id: 4, auth: { token } }),
  );
}

/** What may stand behind `GET …/events?`. */
export const validQuery: fc.Arbitrary<string> = fc.constantFrom(
  '',
  'limit=15',
  'cursor=k3x9q2.3.17',
  'cursor=k3x9q2.3.17&limit=100',
  'limit=1&cursor=',
);
