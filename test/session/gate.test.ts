import { expect, test } from 'vitest';
import { guestIdentity, type Identity, openIdentity, Role } from '../../src/auth/identity.ts';
import { WordFilter } from '../../src/moderation/text/word-filter.ts';
import { type ListedWord, WordAction } from '../../src/moderation/text/word-list.ts';
import { TextFilter } from '../../src/moderation/text-filter.ts';
import type { AskedComment, WebhookVerdict } from '../../src/moderation/webhook.ts';
import type { Result } from '../../src/protocol/error-catalog.ts';
import type { Settings } from '../../src/protocol/event.ts';
import type { PublishedBody } from '../../src/protocol/event-schema.ts';
import type { Taken } from '../../src/session/ingress.ts';
import type { Speaker } from '../../src/session/speaker.ts';
import { bodyOf } from '../support/events.ts';
import { metrics } from '../support/metrics.ts';
import { openRoom, settled, startProcess } from '../support/process.ts';
import { openSpeaker, SERVER } from '../support/speakers.ts';

const NO_WORDS: readonly ListedWord[] = [];

function speaker(id: string, claims: Partial<Identity> = {}, address = '192.0.2.1'): Speaker {
  const identity: Identity = { role: Role.viewer, user: { id, name: id }, level: 0, isFollower: false, rooms: 'all', ...claims };
  return { identity, address };
}

function filterOf(words = NO_WORDS): TextFilter {
  return new TextFilter({ links: 'hold', linkHosts: [], maxRun: 5, words: { filter: WordFilter.build(words) }, metrics });
}

async function start({ settings = {}, ...options }: Parameters<typeof startProcess>[0] & { settings?: Settings } = {}) {
  const process = await startProcess(options);
  await openRoom(process.shard);
  const set = (state: Settings) => process.ingress.events('r', [{ state }] as PublishedBody[], { speaker: SERVER });
  await set(settings);
  const say = async (text: string, by: Speaker, room = 'r') => told(await process.ingress.comment(room, { text }, by));
  const stored = async () => {
    const read = await process.broker.read('r');
    if (!read.ok) throw new Error(read.refusal.code);
    return read.value.chat.events.map(bodyOf).map((body) => ('comment' in body ? body.comment.text : ''));
  };
  return { ...process, set, say, stored };
}

/** `ok`, `held`, or the code, and behind it the time to wait. */
function told(result: Result<Taken>): string {
  if (result.ok) return result.value.heldAs === undefined ? 'ok' : 'held';
  const { code, retryAfterMs } = result.refusal;
  return retryAfterMs === undefined ? code : `${code} ${retryAfterMs}`;
}

const ANN = speaker('ann');
const BEA = speaker('bea');
const RULER = speaker('mo', { role: Role.moderator });

test('a viewer who says too much is told when to go on, and the others are not held up', async () => {
  const { say } = await start({ gateOptions: { limits: { comments: { count: 2, seconds: 3600 } } } });
  expect([await say('a', ANN), await say('b', ANN)]).toEqual(['ok', 'ok']);
  expect(await say('c', ANN)).toMatch(/^slow_down \d{7}$/);
  expect(await say('c', BEA)).toBe('ok');
});

test('a user is one viewer, from wherever; guests are as many as they have connections, and over HTTP as addresses', async () => {
  const { say } = await start({ gateOptions: { limits: { comments: { count: 1, seconds: 3600 } } } });
  const [here, there] = ['192.0.2.1', '192.0.2.2'];
  const guest = (id: string, address: string): Speaker => ({ ...openSpeaker({ id, name: id }), address });
  expect(await say('a', speaker('ann', {}, here))).toBe('ok');
  expect(await say('b', speaker('ann', {}, there))).toMatch(/^slow_down/);
  expect(await say('c', guest('guest-1', here))).toBe('ok');
  expect(await say('d', guest('guest-2', here))).toBe('ok');
  expect(await say('e', guest('guest', here))).toBe('ok');
  expect(await say('f', guest('guest', here))).toMatch(/^slow_down/);
  expect(await say('g', guest('guest', there))).toBe('ok');
  // Nobody's name counts against another who chose it.
  expect(await say('h', guest('ann', here))).toBe('ok');
});

test('likes are limited by their number', async () => {
  const { ingress } = await start({ gateOptions: { limits: { likes: { count: 100, seconds: 3600 } } } });
  expect(told(await ingress.like('r', 100, ANN))).toBe('ok');
  expect(told(await ingress.like('r', 1, ANN))).toMatch(/^slow_down/);
  expect(told(await ingress.like('r', 1, BEA))).toBe('ok');
});

test('the same again is refused, until its time is over; what could not be stored may be said again at once', async () => {
  const { broker, clock, say } = await start({ gateOptions: { limits: { repeatMs: 30_000 } } });
  broker.failNext('append');
  expect(await say('hello', ANN)).toMatch(/^broker_unavailable/);
  expect(await say('hello', ANN)).toBe('ok');
  clock.advance(10_000);
  expect(await say('HELLO', ANN)).toBe('repeated_text 20000');
  clock.advance(20_000);
  expect(await say('hello', ANN)).toBe('ok');
});

test('slow mode counts what was said in its room, and holds back all but the first of many at once', async () => {
  const { clock, say } = await start({ settings: { slowModeSeconds: 10 } });
  expect(await Promise.all(['a', 'b', 'c'].map((text) => say(text, ANN)))).toEqual(['ok', 'slow_down 10000', 'slow_down 10000']);
  expect(await say('a', ANN, 's')).toBe('ok');
  expect(await say('b', BEA)).toBe('ok');
  clock.advance(9999);
  expect(await say('d', ANN)).toBe('slow_down 1');
  clock.advance(1);
  expect(await say('d', ANN)).toBe('ok');
});

test('what was refused in the end costs no wait in slow mode', async () => {
  const { broker, clock, say } = await start({ settings: { slowModeSeconds: 10 } });
  await say('a', ANN);
  clock.advance(10_000);
  broker.failNext('append');
  expect(await say('b', ANN)).toMatch(/^broker_unavailable/);
  expect([await say('b', ANN), await say('c', ANN)]).toEqual(['ok', 'slow_down 10000']);
});

const MODES: [Settings, Partial<Identity>, string][] = [
  [{ muted: true }, { isFollower: true, level: 100 }, 'room_muted'],
  [{ followersOnly: true }, {}, 'followers_only'],
  [{ followersOnly: true }, { isFollower: true }, 'ok'],
  [{ minLevel: 5 }, { level: 4 }, 'level_too_low'],
  [{ minLevel: 5 }, { level: 5 }, 'ok'],
  [{ badges: ['vip'] }, {}, 'badge_needed'],
  [{ emoteOnly: true }, {}, 'emotes_only'],
  [{ blockedWords: ['spoiler'] }, {}, 'blocked_text'],
];

test.each(MODES)(
  '%j: %j is answered %s; its moderator may say it, and with the mode everyone loses it',
  async (settings, claims, expected) => {
    const { say, set } = await start({ settings });
    expect(await say('a spoiler', speaker('ann', claims))).toBe(expected);
    expect(await say('a spoiler', RULER)).toBe('ok');
    await set({});
    expect(await say('another spoiler', speaker('ann', claims))).toBe('ok');
  },
);

test('a comment over HTTP meets the modes of a room that the process did not hold open', async () => {
  const { broker, ingress, say } = await start();
  await ingress.events('elsewhere', [{ state: { muted: true } }] as PublishedBody[], { speaker: SERVER });
  expect(broker.asked).not.toContain('follow elsewhere');
  expect(await say('a', ANN, 'elsewhere')).toBe('room_muted');
});

test('words are masked, blocked and held, links and runs stopped; what is held waits, and is not said', async () => {
  const filter = filterOf([
    { word: 'darn', action: WordAction.mask },
    { word: 'scam', action: WordAction.block },
    { word: 'maybe', action: WordAction.hold },
  ]);
  const { moderation, say, stored } = await start({ gateOptions: { filter, limits: { repeatMs: 30_000 } } });
  expect(await say('well darn it', ANN)).toBe('ok');
  expect(await stored()).toEqual(['well **** it']);
  for (const text of ['a scam', 'hahaaaaaaa']) expect(await say(text, ANN)).toBe('blocked_text');
  // Not `repeated_text`: it was never said.
  expect(await say('a scam', ANN)).toBe('blocked_text');
  for (const text of ['maybe so', 'see https://evil.example/']) expect(await say(text, ANN)).toBe('held');
  expect(await stored()).toEqual(['well **** it']);
  expect(moderation.find('r')?.sanctions.held.map(({ comment }) => comment.text)).toEqual(['maybe so', 'see https://evil.example/']);
});

test('the list of the server holds for moderators too', async () => {
  const { say } = await start({ gateOptions: { filter: filterOf([{ word: 'scam', action: WordAction.block }]) } });
  expect(await say('a scam', RULER)).toBe('blocked_text');
});

function backend() {
  const asked: AskedComment[] = [];
  const waiting: ((verdict: WebhookVerdict) => void)[] = [];
  const ask = (comment: AskedComment) => {
    asked.push(comment);
    return new Promise<WebhookVerdict>((resolve) => waiting.push(resolve));
  };
  const answer = (verdict: WebhookVerdict, which = 0) => {
    const [resolve] = waiting.splice(which, 1);
    resolve?.(verdict);
  };
  return { webhook: { ask }, asked, answer };
}

const VERDICTS: [WebhookVerdict, string, string[]][] = [
  [{ kind: 'allow' }, 'ok', ['d*** it']],
  [{ kind: 'replace', text: 'nice' }, 'ok', ['nice']],
  [{ kind: 'deny' }, 'blocked_text', []],
  [{ kind: 'hold' }, 'held', []],
  [{ kind: 'unanswered', rule: 'allow' }, 'ok', ['d*** it']],
  [{ kind: 'unanswered', rule: 'deny' }, 'moderation_unavailable 2000', []],
];

test.each(VERDICTS)('the backend is asked about the filtered text; at %j the sender is told %s', async (verdict, expected, texts) => {
  const { answer, asked, webhook } = backend();
  const filter = filterOf([{ word: 'arn', action: WordAction.mask }]);
  const { say, stored } = await start({ gateOptions: { filter, webhook } });
  const said = say('d arn it', ANN);
  await settled();
  expect(asked).toEqual([{ room: 'r', user: { id: 'ann', name: 'ann' }, text: 'd *** it' }]);
  expect(await stored()).toEqual([]);
  answer(verdict);
  expect(await said).toBe(expected);
  expect(await stored()).toEqual(texts.map((text) => text.replace('d***', 'd ***')));
});

test('whom the backend denies may say it again at once: it was never said', async () => {
  const { answer, webhook } = backend();
  const { say } = await start({ settings: { slowModeSeconds: 10 }, gateOptions: { webhook, limits: { repeatMs: 30_000 } } });
  const first = say('a', ANN);
  await settled();
  expect(await say('b', ANN)).toBe('slow_down 10000');
  answer({ kind: 'deny' });
  expect(await first).toBe('blocked_text');
  const again = say('a', ANN);
  await settled();
  answer({ kind: 'allow' });
  expect(await again).toBe('ok');
});

test('what a viewer said first is told first, whichever answer the backend gives first; others do not wait for it', async () => {
  const { answer, webhook } = backend();
  const { say, stored } = await start({ gateOptions: { webhook } });
  const all = [say('first', ANN), say('second', ANN), say('other', BEA)];
  await settled();
  answer({ kind: 'allow' }, 2);
  answer({ kind: 'allow' }, 1);
  await settled();
  expect(await stored()).toEqual(['other']);
  answer({ kind: 'allow' });
  expect(await Promise.all(all)).toEqual(['ok', 'ok', 'ok']);
  expect(await stored()).toEqual(['other', 'first', 'second']);
});

test('a comment that the backend is asked about when the server begins to drain is still said', async () => {
  const { answer, webhook } = backend();
  const { ingress, say, stored } = await start({ gateOptions: { webhook } });
  const said = say('a', ANN);
  await settled();
  const drained = ingress.drain();
  expect(await say('b', ANN)).toMatch(/^draining/);
  answer({ kind: 'allow' });
  expect(await said).toBe('ok');
  await drained;
  expect(await stored()).toEqual(['a']);
});

test('a guest who may only watch is refused before anything is counted; the name in a draft counts where guests name themselves', async () => {
  const { broker, ingress, say } = await start({ gateOptions: { limits: { comments: { count: 1, seconds: 3600 } } } });
  const watcher = guestIdentity({ id: 'guest-1', name: 'guest-1' }, 'watch');
  if (!watcher.ok) throw new Error(watcher.refusal.code);
  const by = { identity: watcher.value, address: '192.0.2.1' };
  for (let tries = 0; tries < 3; tries++) expect(await say('a', by)).toBe('unauthorized');
  const chosen = { id: 'c', name: 'Cy' };
  await ingress.comment('r', { text: 'a', user: chosen }, { identity: openIdentity({ id: 'guest-2', name: 'guest-2' }), address: '' });
  await ingress.comment('r', { text: 'b', user: chosen }, ANN);
  const read = await broker.read('r');
  expect(read.ok && read.value.chat.events.map(bodyOf)).toMatchObject([
    { comment: { user: chosen } },
    { comment: { user: { id: 'ann' } } },
  ]);
});
