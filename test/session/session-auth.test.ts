import { expect, test, vi } from 'vitest';
import { CLOSE_CODES } from '../../src/protocol/close-codes.ts';
import { refuse } from '../../src/protocol/error-catalog.ts';
import type { ClientFrame } from '../../src/protocol/frame.ts';
import { Session } from '../../src/session/session.ts';
import type { Speaker } from '../../src/session/speaker.ts';
import { admissionWith } from '../support/admissions.ts';
import { bodyOf } from '../support/events.ts';
import { FakeOutlet } from '../support/fake-outlet.ts';
import { START_UNIX_MS } from '../support/manual-clock.ts';
import { metrics } from '../support/metrics.ts';
import { startProcess } from '../support/process.ts';
import { NOW, tokenOf, verifierWith } from '../support/tokens.ts';
import { comment, JOIN_TIMEOUT_MS, join, LAG_TIMEOUT_MS } from './fixture.ts';

const MAX_WRONG_TOKENS = 5;
const MAX_TIMER_MS = 86_400_000;
const TOLERANCE_MS = 5000;
/** What was done in a room that nobody is in is forgotten by then. */
const FORGOTTEN_MS = 60_000;

const auth = (token: string, id = 1): ClientFrame => ({ id, auth: { token } });
const exp = (seconds: number) => tokenOf({ exp: NOW + seconds });
const endOf = (seconds: number) => START_UNIX_MS + seconds * 1000 + TOLERANCE_MS;

/** A signature is checked on another thread: longer than a turn. */
const verified = (outlet: FakeOutlet, frames: number) => expect.poll(() => outlet.said.length).toBe(frames);

/** A connection to a server that checks tokens, of someone who has brought none yet. */
async function connected(guests: 'watch' | 'none' = 'watch') {
  const process = await startProcess();
  const { clock } = process;
  const verifier = verifierWith({ clock, revoked: new Set<string>() });
  const admission = admissionWith({ verifier, guests });
  const guest = await admission.identify({ guest: { id: 'guest-1', name: 'guest-1' } });
  const user = { id: 'guest-1', name: 'guest-1' };
  const stranger = { role: 'guest', user, level: 0, isFollower: false, rooms: [], watchOnly: 'unauthorized' } as const;
  const speaker: Speaker = { identity: guest.ok ? guest.value : stranger, address: '192.0.2.1' };
  const outlet = new FakeOutlet();
  const parts = { ...process, admission, metrics, joinTimeoutMs: JOIN_TIMEOUT_MS, lagTimeoutMs: LAG_TIMEOUT_MS };
  const session = new Session(outlet, speaker, parts);
  session.awaitJoin();
  const send = (...frames: ClientFrame[]) => {
    for (const value of frames) session.receive({ ok: true, value });
  };
  return { ...process, outlet, session, send };
}

test('commands behind a token wait until it is known whose it is, and are carried out in order', async () => {
  const { broker, outlet, send } = await connected('none');
  send(auth(exp(3600)), join('r', { id: 2 }), comment('hi', 3));
  await verified(outlet, 4);
  expect(outlet.said).toEqual(['ack 1', 'joined r', 'ack 2', 'ack 3']);
  const read = await broker.read('r');
  expect(read.ok && read.value.chat.events.map(bodyOf)).toMatchObject([{ comment: { user: { id: 'u1', name: 'Ann' }, text: 'hi' } }]);
});

test('a client asks for a new token a minute before the old one ends, and goes on speaking with it', async () => {
  const { clock, outlet, send } = await connected();
  send(auth(exp(100)), join('r', { id: 2 }));
  await verified(outlet, 3);
  clock.advance(40_000 + TOLERANCE_MS - 1);
  expect(outlet.said).toHaveLength(3);
  clock.advance(1);
  expect(outlet.said.slice(3)).toEqual([`refresh ${endOf(100)}`]);
  send(auth(exp(300), 4));
  await verified(outlet, 5);
  clock.advance(100_000);
  send(comment('hi', 5));
  await verified(outlet, 6);
  expect(outlet.said.slice(4)).toEqual(['ack 4', 'ack 5']);
});

test('whose token has run out may not speak, and goes on watching', async () => {
  const { clock, outlet, send } = await connected();
  send(auth(exp(100)), join('r', { id: 2 }));
  await verified(outlet, 3);
  clock.advance(100_000 + TOLERANCE_MS - 1);
  send(comment('hi', 3));
  await verified(outlet, 5);
  clock.advance(1);
  send(comment('hi', 4), { id: 5, like: { count: 1 } }, join('s', { id: 6 }));
  await verified(outlet, 9);
  expect(outlet.said.slice(4)).toEqual(['ack 3', 'error 4 token_expired', 'error 5 token_expired', 'joined s', 'ack 6']);
  expect(outlet.closed).toBe(undefined);
});

test('a token of many days is asked for a minute before its end, and not at once', async () => {
  const { clock, outlet, send } = await connected();
  const days = 60;
  send(join('r', { id: 1 }), auth(exp(days * 86_400), 2));
  await verified(outlet, 3);
  for (let day = 1; day < days; day++) clock.advance(MAX_TIMER_MS);
  expect(outlet.said).toHaveLength(3);
  clock.advance(MAX_TIMER_MS);
  expect(outlet.said.slice(3)).toEqual([`refresh ${endOf(days * 86_400)}`]);
});

test('a token that is refused changes nothing; after several the client is closed for good', async () => {
  const { outlet, send } = await connected();
  send(join('r', { id: 1 }), auth(exp(3600), 2));
  await verified(outlet, 3);
  send(auth('a.b.c', 3), auth(tokenOf({ rooms: ['other'] }), 4), comment('hi', 5));
  await verified(outlet, 6);
  expect(outlet.said.slice(3)).toEqual(['error 3 unauthorized', 'error 4 forbidden', 'ack 5']);
  for (let tried = 2; tried < MAX_WRONG_TOKENS; tried++) {
    expect(outlet.closed).toBe(undefined);
    send(auth('a.b.c', 9));
    await verified(outlet, 5 + tried);
  }
  expect(outlet.closed).toBe(CLOSE_CODES.notAdmitted);
});

test('whoever has not said who it is joins nothing where guests are not let in, and is given up in time', async () => {
  const { clock, outlet, send } = await connected('none');
  send(join('r', { id: 1 }), comment('hi', 2));
  await verified(outlet, 2);
  expect(outlet.said).toEqual(['error 1 unauthorized', 'error 2 not_joined']);
  clock.advance(JOIN_TIMEOUT_MS);
  expect(outlet.closed).toBe(CLOSE_CODES.joinTimeout);
});

test('a session that has ended leaves no timer behind', async () => {
  const { clock, outlet, send, session } = await connected();
  send(join('r', { id: 1 }), auth(exp(3600), 2));
  await verified(outlet, 3);
  const before = clock.pendingTimers;
  session.ended();
  expect(clock.pendingTimers).toBe(before - 1);
});

test('nobody becomes the bearer of a revoked token where it could not be read what was done in the room when it came', async () => {
  const { clock, moderation, outlet, send } = await connected();
  await moderation.act('r', { kind: 'revokeToken', tokenId: 't1', by: 'mo' });
  send(join('s', { id: 1 }));
  await verified(outlet, 2);
  clock.advance(FORGOTTEN_MS);
  vi.spyOn(moderation, 'open').mockResolvedValueOnce(refuse('broker_unavailable'));
  send(join('r', { id: 2 }));
  await expect.poll(() => outlet.said).toContain('ack 2');
  expect(moderation.find('r')).toBeUndefined();
  send(auth(tokenOf({ exp: NOW + 3600, jti: 't1' }), 3), auth(tokenOf({ exp: NOW + 3600, jti: 't2' }), 4));
  await expect.poll(() => outlet.said.slice(-2)).toEqual(['error 3 unauthorized', 'ack 4']);
});
