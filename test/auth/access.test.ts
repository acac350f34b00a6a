import { describe, expect, test } from 'vitest';
import { Action, access } from '../../src/auth/access.ts';
import { expiredIdentity, type Guests, guestIdentity, type Identity, Role } from '../../src/auth/identity.ts';
import { identityIn } from '../support/tokens.ts';

const user = { id: 'u1', name: 'Ann' };
const actions = Object.values(Action);
const who = (role: Role): Identity => ({ role, user, level: 0, isFollower: false, rooms: ['r1'], expiresAt: 1 });
const codeOf = (identity: Identity, action: Action, room = 'r1') => {
  const result = access(identity, action, room);
  return result.ok ? 'yes' : result.refusal.code;
};
const row = (identity: Identity, room?: string) => actions.map((action) => codeOf(identity, action, room)).join(' ');

const [U, F, E] = ['unauthorized', 'forbidden', 'token_expired'];

test('the columns of these tables are the actions', () => {
  expect(actions).toEqual(['watch', 'comment', 'like', 'publish', 'moderate', 'setModes', 'readModeration']);
});

describe('what a role may do in its room', () => {
  test.each([
    [Role.viewer, `yes yes yes ${F} ${F} ${F} ${F}`],
    [Role.moderator, `yes yes yes ${F} yes yes yes`],
    [Role.streamer, `yes yes yes ${F} yes yes yes`],
    [Role.overlay, `yes ${F} ${F} ${F} ${F} ${F} ${F}`],
    [Role.service, `yes ${F} ${F} yes yes yes yes`],
    [Role.guest, `yes yes yes ${U} ${U} ${U} ${U}`],
  ])('%s: %s', (role, expected) => {
    expect(row(who(role))).toBe(expected);
    expect(row({ ...who(role), rooms: 'all' }, 'any')).toBe(expected);
  });

  test('there is no other role', () => {
    expect(Object.keys(Role)).toHaveLength(6);
  });
});

test.each(Object.values(Role))('%s may do nothing in a room that the token does not name', (role) => {
  // Of guests only those have rooms who have yet to say who they are.
  const refusal = role === Role.guest ? U : F;
  for (const room of ['r2', 'r']) expect(new Set(row(who(role), room).split(' '))).toEqual(new Set([refusal]));
});

test.each<[Guests, string]>([
  ['watch', `yes ${U} ${U} ${U} ${U} ${U} ${U}`],
  ['speak', `yes yes yes ${U} ${U} ${U} ${U}`],
])('guests, with GUESTS=%s: %s', (guests, expected) => {
  expect(row(identityIn(guestIdentity(user, guests)), 'any')).toBe(expected);
});

test('with GUESTS=none there are no guests', () => {
  expect(guestIdentity(user, 'none')).toMatchObject({ ok: false, refusal: { code: 'unauthorized', temporary: false } });
});

test.each([
  [Role.viewer, `yes ${E} ${E} ${F} ${F} ${F} ${F}`],
  [Role.moderator, `yes ${E} ${E} ${F} ${E} ${E} ${E}`],
  [Role.streamer, `yes ${E} ${E} ${F} ${E} ${E} ${E}`],
  [Role.overlay, `yes ${F} ${F} ${F} ${F} ${F} ${F}`],
  [Role.service, `yes ${F} ${F} ${E} ${E} ${E} ${E}`],
])('%s whose token ran out goes on watching, and is asked for a new one where that would help: %s', (role, expected) => {
  expect(row(expiredIdentity(who(role)))).toBe(expected);
  expect(codeOf(expiredIdentity(who(role)), Action.watch, 'r2')).toBe(F);
});
